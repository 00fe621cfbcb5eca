"""Publishing releases of cubes: each closed period once, in order, and never changed."""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial

from enishi.audit import service as audit
from enishi.consultations.core import queries as consultations
from enishi.disclosure.rounding import FEWER
from enishi.kit import clock, db, figures_key
from enishi.kit.facts import FactSource
from enishi.kit.ids import new_id
from enishi.kit.pagination import each_page
from enishi.programmes.listings.queries import public as programmes
from enishi.statistics.cubes import CUBES, Act
from enishi.statistics.gate import NOTHING, Outlets
from enishi.statistics.periods import Cadence, get_period, last_closed
from enishi.statistics.queries import cube_releases
from enishi.statistics.queries.cubes import count_stocks
from enishi.statistics.release_maker import Counts, Due, Made, Maker, days_of
from enishi.statistics.service import facts, stored_releases

METHOD = "root-1"
# Acts just before midnight may be committed after it.
_SETTLED_AFTER = timedelta(hours=3)
_PAGE = 500

_PUBLISH = """
INSERT INTO statistics_cube_release (id, cube, period, label, until, begins, method, key_id, sigma,
    small, rows, gate, has_samples, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (cube, period) DO NOTHING RETURNING cube
"""
# One publisher at a time: a second one waits here, and then finds the periods released.
_LOCK = "SELECT pg_advisory_xact_lock(x'63756265'::int)"  # "cube"


def last_settled_day() -> date:
    """The last day that a release made now covers."""
    return clock.in_tokyo(clock.now() - _SETTLED_AFTER).date() - timedelta(days=1)


async def publish(
    sources: Iterable[FactSource],
    *,
    outlets: Outlets = NOTHING,
    since: Mapping[Cadence, date] | None = None,
) -> int:
    """Release every closed period that is due, all or none; returns how many releases that were.

    May be called at any time, also by two workers at once. The first call ever begins with the
    month of the last settled day as period 0, and with the last period that is over; `since` makes
    it begin earlier (the sample's past): by cadence, the first day that is released. Raises
    FiguresKeyError and UnsafeReleaseError: nothing is published then.
    """
    if not await _due(since):
        return 0
    await facts.collect(sources)
    async with db.unit_of_work():
        await db.execute(_LOCK)
        due = await _due(since)
        if not due:
            return 0
        state = await cube_releases.find_state()
        begins = state.begins or _begins(since)
        key = figures_key.figures_key(state.key_id)
        has_samples = (
            await consultations.has_public_samples() or await programmes.has_public_samples()
        )
        for act in Act:
            of_act = [each for each in due if each.cube.act is act]
            for made in await _make(of_act, begins, key.secret, outlets) if of_act else ():
                await _store(made, begins, key.id, has_samples=has_samples)
        await audit.record(
            "statistics.release.published",
            actor_id=None,
            subject=("release", last_settled_day().isoformat()),
            tables=len(due),
        )
    return len(due)


def _begins(since: Mapping[Cadence, date] | None) -> date:
    return min(since.values() if since else [last_settled_day()]).replace(day=1)


async def _due(since: Mapping[Cadence, date] | None) -> list[Due]:
    """The closed periods without a release, of each cube from the one after its newest on."""
    settled = last_settled_day()
    state = await cube_releases.find_state()
    begins = state.begins or _begins(since)
    due = []
    for cube in CUBES:
        last = last_closed(cube.every, begins, settled)
        first = state.newest.get(cube.name, last - 1) + 1
        if since and cube.name not in state.newest:
            before = since[cube.every] - timedelta(days=1)
            first = last_closed(cube.every, begins, before) + 1
        due += [
            Due(cube, get_period(cube.every, begins, index))
            for index in range(max(first, 0), last + 1)
        ]
    return due


async def _make(due: Sequence[Due], begins: date, key: bytes, outlets: Outlets) -> Sequence[Made]:
    cubes = [cube for cube in CUBES if any(each.cube is cube for each in due)]
    began = await _began(begins) if any(cube.is_of_subjects for cube in cubes) else {}
    days = days_of(due, began)
    stocks = await count_stocks(cubes, days, list(began))
    former = {cube.name: await stored_releases.find_latest(cube) for cube in cubes}
    maker = Maker(
        key,
        Counts(days, {cube.name: stock for cube, stock in zip(cubes, stocks, strict=True)}),
        began,
        {name: release for name, release in former.items() if release},
        outlets,
    )
    # The programs of a release take seconds at scale: the worker's heartbeats go on meanwhile.
    return await asyncio.to_thread(maker.make, due)


async def _began(begins: date) -> dict[str, date]:
    """The public dialogues, each with the first day that its releases are numbered from."""
    found = {}
    async for rows in each_page(partial(consultations.list_public, size=_PAGE)):
        for each in rows:
            if each.published_at is not None:
                opened = clock.in_tokyo(each.published_at).date()
                found[str(each.id)] = max(opened, begins)
    return dict(sorted(found.items()))


async def _store(made: Made, begins: date, key_id: str, *, has_samples: bool) -> None:
    cube, period = made.due.cube, made.due.period
    columns = [made.printed.keys, made.printed.values.tolist()]
    if cube.is_of_subjects:
        columns.append(made.printed.releases.tolist())
    rows = [
        [key, None if value == FEWER else value, *rest]
        for key, value, *rest in zip(*columns, strict=True)
    ]
    await db.fetch(
        _PUBLISH,
        new_id(),
        cube.name,
        period.index,
        period.label,
        period.last,
        begins,
        METHOD,
        key_id,
        cube.sigma,
        cube.small,
        json.dumps(rows, separators=(",", ":")),
        made.gate.model_dump_json(),
        has_samples,
        clock.now(),
    )
