"""The key of published figures is made once, and no other is ever used in its place."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from enishi.kit import figures_key
from enishi.kit.figures_key import (
    FiguresKey,
    FiguresKeyDiffersError,
    FiguresKeyMissingError,
    FiguresKeyUnreadableError,
)
from enishi.kit.keyring import DEVELOPMENT_KEYS, KeyRing

OTHER = FiguresKey(b"o" * 32)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    found = tmp_path / "data" / "figures.key"
    monkeypatch.setattr(figures_key, "path", lambda: found)
    return found


def test_the_first_release_makes_the_key_and_all_later_ones_use_it(file: Path) -> None:
    key = figures_key.figures_key(None)
    assert len(key.secret) == 32
    assert file.stat().st_mode & 0o777 == 0o600
    assert figures_key.figures_key(None) == figures_key.figures_key(key.id) == key
    assert list(file.parent.iterdir()) == [file]


def test_two_that_make_it_at_once_use_the_same(file: Path) -> None:
    for _ in range(20):
        file.unlink(missing_ok=True)
        barrier = Barrier(4)

        def make(_: int, barrier: Barrier = barrier) -> FiguresKey:
            barrier.wait()
            return figures_key.figures_key(None)

        with ThreadPoolExecutor(4) as pool:
            assert len(set(pool.map(make, range(4)))) == 1


def test_after_the_first_release_a_missing_key_is_never_made_anew(file: Path) -> None:
    with pytest.raises(FiguresKeyMissingError, match=f"figures.key is missing.*{OTHER.id}"):
        figures_key.figures_key(OTHER.id)
    assert not file.exists()


def test_another_key_than_that_of_the_releases_is_refused(file: Path) -> None:
    key = figures_key.figures_key(None)
    with pytest.raises(FiguresKeyDiffersError, match=f"is the key {key.id}.*{OTHER.id}"):
        figures_key.figures_key(OTHER.id)


@pytest.mark.parametrize("content", ["", "つ", "AAAA", "A" * 43 + "=\nA", "A" * 42 + "!="])
def test_a_file_that_is_no_key_is_refused_and_left_alone(file: Path, content: str) -> None:
    file.parent.mkdir()
    file.write_text(content)
    for made_with in (None, OTHER.id):
        with pytest.raises(FiguresKeyUnreadableError):
            figures_key.figures_key(made_with)
    assert file.read_text() == content


def test_a_key_that_is_replaced_stays_beside_the_new_one(file: Path) -> None:
    key = figures_key.figures_key(None)
    figures_key.replace(OTHER, file)
    assert figures_key.read(file) == OTHER
    assert figures_key.read(file.with_name(f"figures.key.{key.id}")) == key
    figures_key.replace(OTHER, file)  # as when the same backup is restored twice
    assert len(list(file.parent.iterdir())) == 2


def test_its_id_tells_nothing_of_it_and_no_log_shows_it(file: Path) -> None:
    assert OTHER.id != FiguresKey(b"p" * 32).id
    assert OTHER.secret.hex()[:16] != OTHER.id
    assert "oooo" not in repr(OTHER)


def test_it_does_not_follow_from_the_key_ring(file: Path) -> None:
    """A ring rotates; and who can sign should not be able to take noise away."""
    key = figures_key.figures_key(None)
    assert not KeyRing(DEVELOPMENT_KEYS).holds(key.secret)
    assert KeyRing(DEVELOPMENT_KEYS).mac("figures", b"") != key.secret
