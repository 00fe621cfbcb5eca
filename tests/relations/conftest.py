"""A signing key for one test, and no keys and lists that the last one left in a cache."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from enishi.kit import signing_key
from enishi.relations.pages import verification as pages


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    found = tmp_path / "signing.key"
    monkeypatch.setattr(signing_key, "path", lambda: found)
    pages.invalidate()
    yield found
    pages.invalidate()
