"""The programmes of the sample and their dates, from two years back to a year ahead."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np

from enishi.demo.calendar import Calendar
from enishi.demo.content import Bilingual, ProgrammeContent, programmes, words
from enishi.demo.offices import Office
from enishi.demo.randomness import DAY, HOUR, as_bytes, generator, microseconds, timed_id
from enishi.kit import bulk, clock
from enishi.programmes import bulk as tables
from enishi.programmes.listings.documents import ContactToWrite, Line
from enishi.programmes.listings.schemas import ProgrammeState
from enishi.programmes.sessions.schemas import SessionState

_MORNING = 9 * HOUR  # the time of day at which applications open
# The places of the last past session of this programme were drawn.
_DRAWN = "sample-hida-egoma"
# The last past session of this programme is called off, to show that state.
_CALLED_OFF = "sample-yakushima-trail"


@dataclass(frozen=True)
class Listing:
    id: uuid.UUID
    office: Office
    content: ProgrammeContent
    published: int


@dataclass(frozen=True)
class Session:
    """Instants in microseconds since 1970. `demand`: places applied for, relative to `capacity`."""

    id: uuid.UUID
    listing: Listing
    starts: int
    ends: int
    opens: int
    closes: int
    demand: float
    is_called_off: bool
    is_drawn: bool = False

    @property
    def capacity(self) -> int:
        return self.listing.content.session.capacity

    @property
    def waiting_limit(self) -> int:
        return self.listing.content.session.waiting


@dataclass(frozen=True)
class Counts:
    """The counters of a session's applications."""

    taken: int = 0
    waiting: int = 0
    tickets: int = 0


def plan(seed: int, calendar: Calendar, offices: Mapping[str, Office]) -> list[Session]:
    rng = generator(seed, "sessions")
    made: list[Session] = []
    for position, content in enumerate(programmes()):
        published = calendar.since + position * DAY
        listing = Listing(timed_id(rng, published), offices[content.code], content, published)
        made += _dates(listing, calendar, rng)
    return made


def _dates(listing: Listing, calendar: Calendar, rng: np.random.Generator) -> list[Session]:
    pattern = listing.content.session
    found: list[Session] = []
    coming = 0
    for starts, ends in calendar.starts(pattern):
        first = starts.date() - timedelta(days=pattern.opens)
        opens = max(microseconds(clock.start_of_day(first)) + _MORNING, listing.published + DAY)
        # Deadlines are half-open: the first instant that is too late.
        last = starts.date() - timedelta(days=pattern.closes)
        closes = microseconds(clock.closes_after(last))
        if opens >= closes:
            continue  # before the programme was published
        is_past = microseconds(starts) < calendar.now
        coming += not is_past
        # The next session has the highest demand; later sessions have fewer applications so far.
        demand = pattern.demand * (0.85 if is_past else 1.15 - 0.3 * coming)
        found.append(
            Session(
                id=timed_id(rng, opens - 10 * DAY),
                listing=listing,
                starts=microseconds(starts),
                ends=microseconds(ends),
                opens=opens,
                closes=closes,
                demand=max(demand + rng.normal(0, 0.08), 0.05),
                is_called_off=False,
            )
        )
    return _with_one_marked(found, calendar)


def _with_one_marked(found: list[Session], calendar: Calendar) -> list[Session]:
    """The last past session of two programmes is special: called off, or drawn."""
    past = [each for each in found if each.starts < calendar.now]
    if not past:
        return found
    last, slug = past[-1], past[-1].listing.content.slug
    special = replace(last, is_called_off=slug == _CALLED_OFF, is_drawn=slug == _DRAWN)
    return [special if each is last else each for each in found]


async def write(sessions: Sequence[Session], counts: Sequence[Counts]) -> None:
    await _write_listings(list({each.listing.id: each.listing for each in sessions}.values()))
    patterns = [each.listing.content for each in sessions]
    opens = np.array([each.opens for each in sessions])
    await bulk.copy(
        tables.SESSIONS,
        {
            "id": bulk.uuids(as_bytes([each.id for each in sessions])),
            "programme_id": bulk.uuids(as_bytes([each.listing.id for each in sessions])),
            "organisation_id": bulk.uuids(as_bytes([each.listing.office.id for each in sessions])),
            "state": bulk.texts(
                [
                    SessionState.CANCELLED if each.is_called_off else SessionState.PLANNED
                    for each in sessions
                ]
            ),
            "starts_at": bulk.instants(np.array([each.starts for each in sessions])),
            "ends_at": bulk.instants(np.array([each.ends for each in sessions])),
            "opens_at": bulk.instants(opens),
            "closes_at": bulk.instants(np.array([each.closes for each in sessions])),
            "meeting_place": bulk.documents([_text(each.place) for each in patterns]),
            "capacity": bulk.integers(np.array([each.capacity for each in sessions]), 4),
            "taken": bulk.integers(np.array([each.taken for each in counts]), 4),
            "waiting": bulk.integers(np.array([each.waiting for each in counts]), 4),
            "waiting_limit": bulk.integers(np.array([each.waiting_limit for each in sessions]), 4),
            "tickets": bulk.integers(np.array([each.tickets for each in counts]), 4),
            "draw_closes_at": bulk.instants(
                np.array([each.closes for each in sessions]),
                np.array([not each.is_drawn for each in sessions]),
            ),
            "cancelled_reason": bulk.texts(
                [words().called_off if each.is_called_off else "" for each in sessions]
            ),
            "created_at": bulk.instants(opens - 10 * DAY),
        },
    )


async def _write_listings(listings: Sequence[Listing]) -> None:
    rows = [_columns(each) for each in listings]
    count = len(rows)
    published = np.array([each.published for each in listings])
    ages = np.array([row["age_max"] or 0 for row in rows])

    def numbers(name: str, size: int) -> bulk.Column:
        return bulk.integers(np.array([row[name] for row in rows]), size)

    await bulk.copy(
        tables.PROGRAMMES,
        {
            "id": bulk.uuids(as_bytes([each.id for each in listings])),
            "organisation_id": bulk.uuids(as_bytes([each.office.id for each in listings])),
            "state": bulk.same(ProgrammeState.PUBLISHED, count),
            "is_sample": bulk.flags(np.ones(count)),
            "wheelchair": bulk.flags(np.array([row["wheelchair"] for row in rows])),
            "age_min": numbers("age_min", 2),
            "age_max": bulk.integers(ages, 2, ages == 0),
            **{name: numbers(name, 4) for name in ("fee_adult", "fee_child", "pay_per_hour")},
            **{name: bulk.texts([row[name] for row in rows]) for name in _TEXTS},
            **{
                name: bulk.documents([json.dumps(row[name]) for row in rows]) for name in _DOCUMENTS
            },
            "created_at": bulk.instants(published - DAY),
            "changed_at": bulk.instants(published),
            "published_at": bulk.instants(published),
        },
    )


_TEXTS = (
    "slug",
    "municipality_code",
    "prefecture_code",
    "kind",
    "theme_code",
    "host_name",
    "minors",
)
_DOCUMENTS = ("title", "summary", "body", "story", "conditions", "money", "access", "contact")


def _columns(listing: Listing) -> dict[str, Any]:
    office = listing.office
    desk = words().desk
    name = Line(ja=f"{office.name['ja']} {desk.ja}", en=f"{office.name['en']} {desk.en}")
    contact = ContactToWrite(name=name, mail=f"{office.slug}@sample.example")
    columns: dict[str, Any] = listing.content.form(contact).columns()
    return columns


def _text(text: Bilingual) -> str:
    return text.draft.model_dump_json()
