"""Attacks on what the release service stores: sixty months of people by place and prefecture."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from tests.disclosure.attacks import FEWER, name_others, name_others_by_bands, tell_one_act

from enishi.disclosure.bands import band
from enishi.kit import clock, db, figures_key
from enishi.kit.figures_key import FiguresKey
from enishi.places import queries as places
from enishi.statistics.cubes import BY_NAME, Cube
from enishi.statistics.periods import Cadence
from enishi.statistics.queries import cube_releases
from enishi.statistics.service import cube_releases as service

Integers = npt.NDArray[np.int64]
MONTHS = 60
BEGINS, NOW = date(2026, 12, 1), datetime(2031, 12, 1, 4, tzinfo=clock.TOKYO)
PLACE, PREFECTURE = BY_NAME["tie.place"], BY_NAME["tie.prefecture"]


@pytest.fixture(autouse=True)
def _key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places.load()
    file = tmp_path / "figures.key"
    figures_key.store(FiguresKey(b"attacked by its own test suite.."), file)
    monkeypatch.setattr(figures_key, "path", lambda: file)


class _UndoneError(Exception):
    pass


async def stored(people: Integers, monkeypatch: pytest.MonkeyPatch) -> Integers:
    """What is stored of each municipality (rows) and month, FEWER being -1; then undone.

    `people` are those of each municipality at the end of each month: here as the count of facts.
    """

    async def count(
        cubes: Sequence[Cube], days: Sequence[date], _subjects: Sequence[str]
    ) -> list[Integers]:
        months = [(day.year - BEGINS.year) * 12 + day.month - BEGINS.month for day in days]
        prefectures, municipalities = PREFECTURE.keys(), PLACE.keys()
        row = [prefectures.index((code[:2],)) for (code,) in municipalities]
        upper = np.zeros((len(prefectures), MONTHS), dtype=np.int64)
        np.add.at(upper, row, people)
        return [(people if cube is PLACE else upper)[:, months] for cube in cubes]

    monkeypatch.setattr(service, "CUBES", (PREFECTURE, PLACE))
    monkeypatch.setattr(service, "count_stocks", count)
    found = np.full(people.shape, FEWER)
    with suppress(_UndoneError):
        async with db.unit_of_work():
            with clock.frozen_at(NOW):
                made = await service.publish([], since=dict.fromkeys(Cadence, BEGINS))
            assert made == 2 * MONTHS
            for month in range(MONTHS):
                release = await cube_releases.find_latest(PLACE.name, month)
                assert release is not None
                assert [row.key for row in release.rows] == PLACE.keys()
                values = [FEWER if row.value is None else row.value for row in release.rows]
                found[:, month] = values
            raise _UndoneError
    return found


async def test_own_accounts_do_not_name_a_cell_of_sixty_releases(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One to nine others in each place; up to ten own accounts in half of them, 20 to 39 else."""
    random = np.random.default_rng(11)
    cells = len(PLACE.keys())
    others = random.integers(1, 10, cells)
    own = random.integers(20, 40, (cells, MONTHS))
    own[::2] = random.integers(0, 11, own[::2].shape)
    printed = await stored(others[:, None] + own, monkeypatch)
    assert (printed[::2] == FEWER).mean() > 0.8
    assert (printed[1::2] == FEWER).mean() < 0.1
    for half in (slice(0, None, 2), slice(1, None, 2)):
        for months in (12, 30, MONTHS):
            named = name_others(printed[half, :months], own[half, :months], PLACE.sigma)
            assert (named == others[half]).mean() <= 0.32
    # The negative control: bands of the same others, with one more own account each month.
    own = np.tile(np.arange(11), (cells, 1))
    named = name_others_by_bands(band(others[:, None] + own).bands, own)
    assert (named == others).mean() == 1.0


async def test_who_knows_everybody_else_hardly_tells_one_act_in_sixty_releases(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = 5
    act = (np.arange(MONTHS) >= first).astype(np.int64)
    known = np.random.default_rng(3).integers(30, 60, (len(PLACE.keys()), MONTHS))
    without = await stored(known, monkeypatch) - known
    with_act = await stored(known + act, monkeypatch) - known
    assert 0.05 < tell_one_act(without, with_act, first, PLACE.sigma) <= 0.22
    # The one release in which it shows first.
    assert tell_one_act(without[:, 5:6], with_act[:, 5:6], 0, PLACE.sigma) <= 0.15
    assert tell_one_act(0 * known, 0 * known + act, first, PLACE.sigma) == 1.0
