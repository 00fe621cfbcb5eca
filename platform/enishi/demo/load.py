"""Loads the sample in one unit of work, in chunks of people so that memory stays constant."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from enishi.accounts import bulk as account_tables
from enishi.audit import service as audit
from enishi.consultations import bulk as consultation_tables
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.kinds import ActKind
from enishi.consultations.voting import vote_steps
from enishi.demo import (
    application_rows,
    applications,
    dialogues,
    offices,
    participation,
    people,
    registrations,
    sessions,
)
from enishi.demo.calendar import Calendar
from enishi.demo.dialogues import Dialogue
from enishi.demo.participation import GUEST, Participants
from enishi.demo.people import Accounts, People
from enishi.demo.randomness import DAY, HOUR, Times, as_bytes, generator, random_ids
from enishi.demo.registrations import Registrations
from enishi.kit import bulk, bulk_indexes, clock, db
from enishi.kit.errors import ConflictError
from enishi.kit.i18n import gettext_lazy
from enishi.relations import bulk as relation_tables
from enishi.settings import Environment, get_settings
from enishi.statistics.periods import Cadence
from enishi.statistics.service import cube_releases, facts
from enishi.wiring import FACT_SOURCES

FEWEST, MOST = 100, 1_000_000
CHUNK = 20_000
_LOCK = 0x64656D6F  # "demo": the key of the advisory lock, the same in every process
PAST_MONTHS = 4  # of past releases: a quarter, and the month before it
_WEEKS, _DAYS = 5, 31
_VIEWS = 6  # page views of a dialogue for each participant

# The tables with hundreds of thousands of rows.
_LARGE = (
    account_tables.ACCOUNTS,
    account_tables.CONSENTS,
    consultation_tables.PARTICIPANTS,
    consultation_tables.LINKS,
    consultation_tables.ACTS,
    consultation_tables.VOTES,
    consultation_tables.VOTE_EVENTS,
    relation_tables.REGISTRATIONS,
    relation_tables.EVENTS,
    relation_tables.CONSENTS,
)

# The rough cost of indexing and counting, relative to the cost of the rows.
_INDEXING, _COUNTING = 0.4, 0.6

Progress = Callable[[float], None]


class AlreadyLoadedError(ConflictError):
    message = gettext_lazy("見本は、すでに入っています。")


class NotInProductionError(ConflictError):
    message = gettext_lazy("見本は、本番の環境には入れられません。")


@dataclass
class Loaded:
    """The number of rows of each kind."""

    people: int = 0
    participants: int = 0
    votes: int = 0
    registrations: int = 0
    applications: int = 0


@dataclass
class _State:
    seed: int
    calendar: Calendar
    dialogues: list[Dialogue]
    counts: Loaded = field(default_factory=Loaded)
    # Those who apply to programmes: the people of the first chunk.
    pool: Accounts | None = None
    pool_registered: Registrations | None = None
    views: dict[int, dict[int, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )

    @property
    def year(self) -> int:
        return self.calendar.today.year


def work_for(count: int) -> float:
    """The sum of what `load` and then `publish_figures` report as progress."""
    return count * (1 + _INDEXING + _COUNTING)


async def is_loaded() -> bool:
    return await consultations.has_samples()


async def load(count: int, seed: int, progress: Progress = lambda _: None) -> Loaded:
    """Load the sample with `count` people; the rest is hand-written or follows from the seed.

    The same seed on the same day gives the same rows. `progress` is called with each further part
    of `work_for(count)`. Raises AlreadyLoadedError and NotInProductionError.
    """
    if get_settings().environment is Environment.PRODUCTION:
        raise NotInProductionError
    async with db.unit_of_work():
        await db.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        if await is_loaded():
            raise AlreadyLoadedError
        async with bulk_indexes.set_aside(
            [table.name for table in _LARGE], lambda part: progress(part * count * _INDEXING)
        ):
            loaded = await _load(count, seed, progress)
        await audit.record(
            "demo.sample.loaded", actor_id=None, subject=("sample", seed), people=count
        )
    await db.execute("ANALYZE")
    await vote_steps.take_due()
    return loaded


async def publish_figures(
    count: int = 0, progress: Progress = lambda _: None, months: int = PAST_MONTHS
) -> None:
    """Count the acts of the sample, and publish as if it had been done for some months.

    More of the past makes a first start longer. Where something is published already, this is what
    the worker does on schedule.
    """
    await facts.build(FACT_SOURCES)
    progress(count * _COUNTING / 2)
    today = clock.today()
    began = today.year * 12 + today.month - 1 - months
    first = date(began // 12, began % 12 + 1, 1)
    # Of weeks and days only the newest: their pages show no more.
    since = {
        Cadence.MONTH: first,
        Cadence.QUARTER: first,
        Cadence.WEEK: today - timedelta(weeks=_WEEKS),
        Cadence.DAY: today - timedelta(days=_DAYS),
    }
    await cube_releases.publish(FACT_SOURCES, since=since)
    progress(count * _COUNTING / 2)


async def _load(count: int, seed: int, progress: Progress) -> Loaded:
    calendar = Calendar(clock.today())
    planned_offices = offices.plan(seed, calendar)
    await offices.write(planned_offices, seed, calendar)
    planned_dialogues = dialogues.plan(seed, calendar, planned_offices[offices.NATIONAL].id)
    await dialogues.write_dialogues(planned_dialogues, seed)
    state = _State(seed, calendar, planned_dialogues)
    for chunk, (first, size) in enumerate(_chunks(count)):
        await _load_chunk(state, chunk, people.make(seed, chunk, first, size, state.year))
        progress(size)
    await consultation_tables.sum_votes()
    await _write_views(state)
    planned_sessions = sessions.plan(seed, calendar, planned_offices)
    if state.pool is not None and state.pool_registered is not None:
        outcome = applications.make(
            planned_sessions, state.pool, state.pool_registered, calendar, seed
        )
        await sessions.write(planned_sessions, outcome.counts)
        state.counts.applications = await application_rows.write(
            outcome, state.pool, seed, state.year
        )
    return state.counts


def _chunks(count: int) -> Iterator[tuple[int, int]]:
    for first in range(0, count, CHUNK):
        yield first, min(CHUNK, count - first)


async def _load_chunk(state: _State, chunk: int, made: People) -> None:
    seed = state.seed
    parts = [participation.join(dialogue, made, seed) for dialogue in state.dialogues]
    if chunk == 0:
        state.dialogues = [
            dialogues.give_authors(dialogue, part.joined, part.members, seed)
            for dialogue, part in zip(state.dialogues, parts, strict=True)
        ]
    registered = registrations.make(made, state.calendar, seed)
    first_acts = _first_acts(state, made, parts, registered)
    accounts = people.open_accounts(made, first_acts, seed)
    await people.write(accounts, seed)
    for row, (dialogue, part) in enumerate(zip(state.dialogues, parts, strict=True)):
        await participation.write_participants(dialogue, part, accounts, seed, state.year)
        if chunk == 0:
            await dialogues.write_statements(dialogue, part.ids)
            await dialogues.write_opinions(dialogue, part.ids, seed)
            await participation.write_written(dialogue, part, accounts, seed, state.year)
        votes = participation.vote(dialogue, part, seed, chunk)
        state.counts.votes += await participation.write_votes(dialogue, part, votes)
        state.counts.participants += len(part.ids)
        _count_views(state.views[row], part.joined)
    state.counts.registrations += await registrations.write(registered, accounts, seed, state.year)
    state.counts.people += len(made)
    if chunk == 0:
        state.pool, state.pool_registered = accounts, registered


def _first_acts(
    state: _State, made: People, parts: list[Participants], registered: Registrations
) -> Times:
    """The instant of each person's first act; a random one for people without acts."""
    rng = generator(state.seed, "sign-up", made.first)
    idle = rng.random(len(made)) ** 0.6 * (state.calendar.now - state.calendar.since - HOUR)
    first: Times = state.calendar.since + idle.astype(np.int64)
    acts = np.full(len(made), np.iinfo(np.int64).max)
    for part in parts:
        members = part.people != GUEST
        np.minimum.at(acts, part.people[members], part.joined[members])
    np.minimum.at(acts, registered.people, registered.since)
    return np.where(acts == np.iinfo(np.int64).max, first, acts)


def _count_views(views: dict[int, int], joined: Times) -> None:
    days, times = np.unique((joined + 9 * HOUR) // DAY, return_counts=True)
    for day, many in zip(days.tolist(), times.tolist(), strict=True):
        views[day] += many * _VIEWS


async def _write_views(state: _State) -> None:
    """The page views of each dialogue by day."""
    rows = [
        (state.dialogues[at], day, times)
        for at, views in sorted(state.views.items())
        for day, times in sorted(views.items())
    ]
    days = np.array([day for _, day, _ in rows])
    await bulk.copy(
        consultation_tables.PAGE_VIEWS,
        {
            "id": bulk.uuids(random_ids(generator(state.seed, "views"), len(rows))),
            "kind": bulk.same(ActKind.SHOWN, len(rows)),
            "consultation_id": bulk.uuids(as_bytes([each.id for each, _, _ in rows])),
            "channel": bulk.same("", len(rows)),
            "organisation_id": bulk.uuids(as_bytes([each.organisation_id for each, _, _ in rows])),
            "theme_code": bulk.texts([each.content.theme_view.slug for each, _, _ in rows]),
            "amount": bulk.integers(np.array([times for _, _, times in rows]), 4),
            "happened_at": bulk.instants(days * DAY - 9 * HOUR),  # midnight in Japan
        },
    )
