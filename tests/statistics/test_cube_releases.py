"""Releases of cubes: each closed period once, in order, through the gate, never changed."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import asyncpg
import numpy as np
import pytest
from tests.consultations.build import make_dialogue
from tests.statistics.acts import happened

from enishi import wiring
from enishi.disclosure.noise import stock_noise
from enishi.kit import clock, db, figures_key
from enishi.kit.ids import new_id
from enishi.statistics import cubes as declared
from enishi.statistics.cubes import BY_NAME, CUBES, Cube
from enishi.statistics.errors import UnsafeReleaseError
from enishi.statistics.gate import CHANGE, LEAST_WIDTH, certify
from enishi.statistics.periods import Cadence
from enishi.statistics.queries import cube_releases
from enishi.statistics.schemas import CubeRelease
from enishi.statistics.service import cube_releases as service
from enishi.statistics.service import stored_releases

_BEGINS = date(2026, 4, 1)
_PLACES = ("212172", "212032", "011002", "131016")


def _at(day: date) -> datetime:
    return clock.start_of_day(day) + timedelta(hours=4)


async def _publish(day: date) -> int:
    """On a morning, so that the day before is the last settled one."""
    with clock.frozen_at(_at(day)):
        return await service.publish(())


async def _register(times: int, day: date, place: str, home: str = "13") -> None:
    await happened("registration.opened", times, day=day, place=place, home=home, age="30-39")


async def _latest(name: str) -> CubeRelease:
    found = await cube_releases.find_latest(name)
    assert found is not None
    return found


async def test_a_month_is_released_once_it_is_over_and_every_missed_one_in_order() -> None:
    await _register(150, date(2026, 3, 1), _PLACES[0])
    # The nation of April 19th, and the dialogues (none) of the week that ended then.
    assert await _publish(date(2026, 4, 20)) == 4
    assert await cube_releases.list_periods("tie.place") == []
    assert await _publish(date(2026, 4, 20)) == 0
    assert await _publish(date(2026, 5, 1)) > 0
    assert await cube_releases.list_periods("tie.place") == [(0, "2026-04")]
    await _publish(date(2026, 8, 2))
    assert [label for _, label in await cube_releases.list_periods("tie.place")] == [
        *("2026-07", "2026-06", "2026-05", "2026-04"),
    ]
    days = [period for period, _ in await cube_releases.list_periods("tie.nation")]
    assert days == list(range(122, 17, -1))  # April 19th has the number 18
    assert await cube_releases.list_periods("tie.from_to") == [(0, "2026-04/2026-06")]
    release = await _latest("tie.place")
    assert (release.until, release.begins, release.method) == (
        *(date(2026, 7, 31), _BEGINS, "root-1"),
    )


async def test_what_is_printed_is_the_count_with_its_noise_in_tens() -> None:
    await _register(150, date(2026, 3, 1), _PLACES[0])
    await _publish(date(2026, 4, 2))
    await _publish(date(2026, 5, 1))
    key = figures_key.figures_key(None).secret
    [noise] = stock_noise(key, ["relation.people"], 30, 5)
    nation = await _latest("tie.nation")
    assert nation.by_key()[()] == int(np.floor((150 + noise + 5) / 10) * 10)
    places = (await _latest("tie.place")).by_key()
    assert len(places) == 1741
    assert abs((places[_PLACES[0],] or 0) - 150) <= 40
    assert sum(value is None for value in places.values()) > 1700


async def test_one_total_is_one_number_and_tables_add_up() -> None:
    for place in _PLACES:
        await _register(4000, date(2026, 3, 1), place)
    await _publish(date(2026, 4, 2))
    await _publish(date(2026, 7, 1))
    total = (await _latest("tie.nation")).by_key()[()]
    assert total is not None
    for name in ("tie.prefecture", "tie.age", "tie.class"):
        shown = [value for value in (await _latest(name)).by_key().values() if value is not None]
        # Cells below 20 are -10, 0 or 10: they are not printed, but are a part of the total.
        assert abs(sum(shown) - total) <= 150, name
    prefectures = (await _latest("tie.prefecture")).by_key()
    places = (await _latest("tie.place")).by_key()
    of_gifu = [value for (code,), value in places.items() if code[:2] == "21" and value]
    assert abs(sum(of_gifu) - (prefectures["21",] or 0)) <= 100


async def test_later_and_late_acts_change_nothing_that_is_out() -> None:
    await _register(500, date(2026, 3, 1), _PLACES[0])
    await _publish(date(2026, 4, 2))
    await _publish(date(2026, 5, 1))
    before = await _latest("tie.place")
    await _register(900, date(2026, 4, 3), _PLACES[0])
    assert await _publish(date(2026, 5, 1)) == 0
    assert await _latest("tie.place") == before
    await _publish(date(2026, 6, 1))
    assert ((await _latest("tie.place")).by_key()[_PLACES[0],] or 0) > 1300


@pytest.mark.as_owner
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE statistics_cube_release SET small = 0",
        "DELETE FROM statistics_cube_release",
        "TRUNCATE statistics_cube_release",
    ],
)
async def test_the_database_refuses_to_change_a_release(statement: str) -> None:
    await _publish(date(2026, 4, 2))
    with pytest.raises(asyncpg.RaiseError, match="never changed"):
        async with db.unit_of_work():
            await db.fetch(statement)


async def test_two_workers_publish_one_release(own_database: None) -> None:
    published = await asyncio.gather(*(_publish(date(2026, 4, 2)) for _ in range(4)))
    assert sorted(published) == [0, 0, 0, 3]
    assert await db.fetch_value("SELECT count(*) FROM statistics_cube_release") == 3


async def test_another_key_publishes_nothing() -> None:
    await _publish(date(2026, 4, 2))
    await db.fetch("SELECT 1")
    kept = figures_key.path().read_bytes()
    try:
        figures_key.path().unlink()
        with pytest.raises(figures_key.FiguresKeyMissingError):
            await _publish(date(2026, 4, 3))
        figures_key.store(
            figures_key.FiguresKey(b"another key of thirty-two bytes."), figures_key.path()
        )
        with pytest.raises(figures_key.FiguresKeyDiffersError):
            await _publish(date(2026, 4, 3))
    finally:
        figures_key.path().write_bytes(kept)
    assert await _publish(date(2026, 4, 3)) == 3


async def test_a_dialogue_is_released_by_the_week_and_then_by_the_month() -> None:
    with clock.frozen_at(_at(date(2026, 4, 6))):
        dialogue = await make_dialogue()
    await happened(
        "participation.started",
        130,
        day=date(2026, 4, 7),
        organisation_id=new_id(),
        consultation=str(dialogue.id),
    )
    await db.fetch("UPDATE consultations_consultation SET published_at = $1", _at(date(2026, 4, 6)))
    await _publish(date(2026, 4, 6))
    drawn = []
    for day in (date(2026, 4, 13), date(2026, 7, 6), date(2026, 7, 27), date(2026, 8, 3)):
        await _publish(day)
        [row] = (await _latest("part.subject")).rows
        assert row.key == (str(dialogue.id),)
        assert abs((row.value or 0) - 130) <= 30
        drawn.append(row.releases)
    assert drawn == [1, 13, 13, 14]


# The gate.


def _with(monkeypatch: pytest.MonkeyPatch, cubes: Sequence[Cube]) -> None:
    for module in (declared, service):
        monkeypatch.setattr(module, "CUBES", tuple(cubes))
    by_name = {cube.name: cube for cube in cubes}
    for name, cube in by_name.items():
        monkeypatch.setitem(BY_NAME, name, cube)


async def test_a_cube_without_noise_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    await _register(40, date(2026, 3, 1), _PLACES[0])
    bare = replace(BY_NAME["tie.place"], sigma=1e-9, small=0)
    _with(monkeypatch, [bare if cube.name == "tie.place" else cube for cube in CUBES])
    await _publish(date(2026, 4, 2))
    with pytest.raises(UnsafeReleaseError, match=r"tie\.place"):
        await _publish(date(2026, 5, 1))
    assert await cube_releases.list_periods("tie.prefecture") == []  # all or none


async def test_the_former_release_and_an_exact_change_are_read_together() -> None:
    """Each of them is wide; a live page that says how many came in between ties them together."""
    await _register(400, date(2026, 3, 1), _PLACES[0])
    await _publish(date(2026, 4, 2))
    await _publish(date(2026, 5, 1))
    cell = f"relation.people|place={_PLACES[0]}"
    [place] = [cube for cube in CUBES if cube.name == "tie.place"]
    release = await stored_releases.find_latest(place)
    assert release is not None
    row = release.printed.keys.index((_PLACES[0],))
    moved = release.printed.values.copy()
    moved[row] += 40
    later = replace(release, printed=replace(release.printed, values=moved), parent=None)
    assert certify(later, release).least_width >= LEAST_WIDTH
    assert certify(later, release, {cell + CHANGE: (0, 60)}).least_width >= LEAST_WIDTH
    with pytest.raises(UnsafeReleaseError, match="within"):
        certify(later, release, {cell + CHANGE: (14, 14)})


async def test_the_record_of_the_gate_is_stored_and_repeated() -> None:
    for place in _PLACES:
        await _register(400, date(2026, 3, 1), place)
    await _publish(date(2026, 4, 2))
    await _publish(date(2026, 6, 2))
    release = await _latest("tie.place")
    assert release.gate.least_width >= LEAST_WIDTH
    assert release.gate.cells >= 1741
    audited = await stored_releases.audit(every=True)
    assert {each.reason for each in audited} == {""}
    stored = await db.fetch_value("SELECT count(*) FROM statistics_cube_release")
    assert len(audited) == stored
    assert len(await stored_releases.audit(every=False)) < stored


async def test_nothing_is_released_by_the_day_below_the_nation() -> None:
    await _publish(date(2026, 4, 2))
    rows = await db.fetch("SELECT DISTINCT cube FROM statistics_cube_release")
    assert {BY_NAME[row["cube"]].every for row in rows} == {Cadence.DAY}


def test_the_table_is_append_only() -> None:
    assert "statistics_cube_release" in wiring.APPEND_ONLY
