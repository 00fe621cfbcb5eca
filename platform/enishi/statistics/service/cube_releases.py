"""Publishing releases of cubes: each closed period once, in order, and never changed."""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from enishi.audit import service as audit
from enishi.consultations.core import queries as consultations
from enishi.disclosure.rounding import FEWER
from enishi.kit import clock, db, figures_key
from enishi.kit.facts import FactSource
from enishi.kit.figures_key import FiguresKey
from enishi.kit.i18n import gettext
from enishi.kit.ids import new_id
from enishi.kit.pagination import each_page
from enishi.programmes.listings.queries import public as programmes
from enishi.statistics.cubes import CUBES, Act
from enishi.statistics.errors import NoNewSeriesError
from enishi.statistics.periods import Cadence, get_period, index_of, last_closed
from enishi.statistics.queries import cube_releases
from enishi.statistics.queries.cube_releases import State
from enishi.statistics.queries.cubes import count_stocks
from enishi.statistics.release_maker import Counts, Due, Made, Maker, days_of
from enishi.statistics.service import facts, live_figures, stored_releases

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


@dataclass(frozen=True)
class Series:
    """Releases whose noise is drawn under one key and numbered from one first day, `begins`.

    `first_day` is that of all series: periods are numbered from it in addresses.
    """

    begins: date
    first_day: date
    key: FiguresKey


async def publish(
    sources: Iterable[FactSource], *, since: Mapping[Cadence, date] | None = None
) -> int:
    """Release every closed period that is due, all or none; returns how many releases that were.

    May be called at any time, also by two workers at once. The first call ever begins with the
    month of the last settled day as period 0, and with the last period that is over; `since` makes
    it begin earlier (the sample's past): by cadence, the first day that is released. The gate reads
    the live pages of `live_figures` beside each release. Raises FiguresKeyError and
    UnsafeReleaseError: nothing is published then.
    """

    def goes_on(state: State) -> Series:
        begins = _series_begins(state, since)
        return Series(begins, state.begins or begins, figures_key.figures_key(state.key_id))

    state = await cube_releases.find_state()
    if not _due(state, _series_begins(state, since), since):
        return 0
    return await _publish(sources, goes_on, since)


async def begin_series(sources: Iterable[FactSource]) -> int:
    """Release what is due under a new key, after the former one is lost for good.

    Periods of the noise are numbered anew from this month on, those of addresses go on; what is
    out stays as it is. Whoever has the last release under the old key and the first under the new
    one has two draws around nearly the same counts. Returns the number of releases. Raises
    NoNewSeriesError, FiguresKeyError and UnsafeReleaseError: nothing is published then.
    """

    def anew(state: State) -> Series:
        begins = last_settled_day().replace(day=1)
        if state.begins is None or state.series is None or not _due(state, begins):
            raise NoNewSeriesError
        if begins <= state.series:
            raise NoNewSeriesError(gettext("今月に始まった公表があるため、来月から始められます。"))
        return Series(begins, state.begins, figures_key.key_of_new_series(state.keys))

    if not (published := await _publish(sources, anew)):
        raise NoNewSeriesError
    return published


async def _publish(
    sources: Iterable[FactSource],
    decide: Callable[[State], Series],
    since: Mapping[Cadence, date] | None = None,
) -> int:
    await facts.collect(sources)
    async with db.unit_of_work():
        await db.execute(_LOCK)
        state = await cube_releases.find_state()
        due = _due(state, _series_begins(state, since), since)
        if not due:
            return 0
        series = decide(state)
        due = _due(state, series.begins, since)
        has_samples = (
            await consultations.has_public_samples() or await programmes.has_public_samples()
        )
        for act in Act:
            of_act = [each for each in due if each.cube.act is act]
            for made in await _make(of_act, series, state) if of_act else ():
                await _store(made, series, has_samples=has_samples)
        is_new = state.series not in {None, series.begins}
        await audit.record(
            "statistics.series.begun" if is_new else "statistics.release.published",
            actor_id=None,
            subject=("release", last_settled_day().isoformat()),
            tables=len(due),
        )
    return len(due)


def _series_begins(state: State, since: Mapping[Cadence, date] | None) -> date:
    first = min(since.values() if since else [last_settled_day()]).replace(day=1)
    return state.series or first


def _due(state: State, begins: date, since: Mapping[Cadence, date] | None = None) -> list[Due]:
    """The closed periods without a release, of each cube from the one after its newest on.

    None of before `begins`, the first day of the series.
    """
    settled, first_day = last_settled_day(), state.begins or begins
    due = []
    for cube in CUBES:
        last = last_closed(cube.every, first_day, settled)
        first = state.newest.get(cube.name, last - 1) + 1
        if since and cube.name not in state.newest:
            before = since[cube.every] - timedelta(days=1)
            first = last_closed(cube.every, first_day, before) + 1
        first = max(first, index_of(cube.every, first_day, begins))
        periods = (get_period(cube.every, first_day, n) for n in range(first, last + 1))
        due += [Due(cube, period, cube.number(begins, period.last)) for period in periods]
    return due


async def _make(due: Sequence[Due], series: Series, state: State) -> Sequence[Made]:
    cubes = [cube for cube in CUBES if any(each.cube is cube for each in due)]
    began: dict[str, date] = {}
    if any(cube.is_of_subjects for cube in cubes):
        began = await _began(cubes[0].act, series.begins)
    days = days_of(due, began)
    stocks = await count_stocks(cubes, days, list(began))
    former = {cube.name: await stored_releases.find_latest(cube) for cube in cubes}
    maker = Maker(
        series.key.secret,
        Counts(days, {cube.name: stock for cube, stock in zip(cubes, stocks, strict=True)}),
        began,
        {name: release for name, release in former.items() if release},
        await live_figures.read(days),
        {name for name, begins in state.series_of.items() if begins != series.begins},
    )
    # The programs of a release take seconds at scale: the worker's heartbeats go on meanwhile.
    return await asyncio.to_thread(maker.make, due)


async def _began(act: Act, begins: date) -> dict[str, date]:
    """The subjects of an act, each with the first day that its releases are numbered from.

    Of participation the public dialogues, of attendance the programmes whose first session began.
    """
    found: dict[str, datetime | None] = {}
    if act is Act.PARTICIPATION:
        async for dialogues in each_page(partial(consultations.list_public, size=_PAGE)):
            found |= {str(each.id): each.published_at for each in dialogues}
    else:
        async for begun in each_page(partial(programmes.list_begun, size=_PAGE)):
            found |= {str(each.id): each.published_at for each in begun}
    return {
        subject: max(clock.in_tokyo(published_at).date(), begins)
        for subject, published_at in sorted(found.items())
        if published_at is not None
    }


async def _store(made: Made, series: Series, *, has_samples: bool) -> None:
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
        series.begins,
        METHOD,
        series.key.id,
        cube.sigma,
        cube.small,
        json.dumps(rows, separators=(",", ":")),
        made.gate.model_dump_json(),
        has_samples,
        clock.now(),
    )
