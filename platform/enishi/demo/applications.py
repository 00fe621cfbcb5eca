"""Applications to the sessions of the sample, their order and their states.

The rules are those of the service: a party gets its places if they are free and the waiting list
is empty, else it joins the waiting list, else it is refused. Counters and states therefore agree
as they do after real applications.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from enishi.demo import draws as draws_of_the_sample
from enishi.demo import parties
from enishi.demo.calendar import Calendar
from enishi.demo.content import ProgrammeContent, words
from enishi.demo.draws import HeldDraw
from enishi.demo.parties import Member
from enishi.demo.people import Accounts, census
from enishi.demo.randomness import DAY, HOUR, Floats, generator, timed_id
from enishi.demo.registrations import Registrations
from enishi.demo.sessions import Counts, Session
from enishi.kit.facts import Tie
from enishi.programmes.applications.schemas import ApplicationState
from enishi.programmes.listings.schemas import ProgrammeKind

# The most applications of one person: to past sessions, and to coming ones.
_MOST_EACH = 5
_DEMAND_FOR_A_DRAW = 2.0  # as many more people want the places that are drawn
_ABSENT, _CANCELLED = 0.07, 0.06  # shares of the confirmed applications
# How much likelier residents of the place apply, and those registered with it. Each are so few in
# a small sample that it would show neither.
_RESIDENT, _TIED = 8, 12
_HALF_DISTANCE = 250.0  # kilometres over which the interest falls to one half
# The highest age of applicants by physical load, and over how many years before it they get fewer.
_OLDEST = {"light": 92, "medium": 84, "heavy": 76}
_FADE_YEARS = 18
_TEACHERS = (24, 64)  # ages of the applicants of a school


class Event(NamedTuple):
    state: ApplicationState
    reason: str
    actor_kind: str
    at: int


@dataclass
class Application:
    session: Session
    id: uuid.UUID
    applicant: int  # row of the pool
    applied: int
    state: ApplicationState
    tie: Tie
    party: list[Member]
    ticket: int = 0
    ended: int = 0
    receipt: str = ""  # of an entry of a draw; empty: any
    events: list[Event] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    applications: list[Application]
    counts: list[Counts]
    draws: list[HeldDraw]


def make(
    sessions: Sequence[Session],
    pool: Accounts,
    registered: Registrations,
    calendar: Calendar,
    seed: int,
) -> Outcome:
    """The applications to all sessions, in the order of the sessions' dates.

    `registered`: the registrations of the pool.
    """
    # How many applications each account has, to past and to coming sessions.
    past, coming = (np.zeros(len(pool.ids), np.int64) for _ in range(2))
    found: list[Application] = []
    counts: dict[uuid.UUID, Counts] = {}
    draws: list[HeldDraw] = []
    for session in sorted(sessions, key=lambda each: each.starts):
        rng = generator(seed, "applications", session.listing.content.slug, session.starts)
        own = past if session.starts < calendar.now else coming
        made = _SessionIntake(session, registered, calendar, rng).take(pool, own)
        for each in made.applications:
            own[each.applicant] += 1
        found += made.applications
        counts[session.id] = made.counts[0]
        draws += made.draws
    return Outcome(found, [counts[each.id] for each in sessions], draws)


class _SessionIntake:
    """Takes the applications to one session."""

    def __init__(
        self,
        session: Session,
        registered: Registrations,
        calendar: Calendar,
        rng: np.random.Generator,
    ) -> None:
        self._session = session
        self._registered = registered
        self._place = census().row_of(session.listing.content.code)
        self._now = calendar.now
        self._rng = rng
        self._is_over = session.starts < calendar.now
        self._taken = self._waiting = 0

    def take(self, pool: Accounts, own: npt.NDArray[np.int64]) -> Outcome:
        session = self._session
        last = min(session.closes, self._now)
        if session.opens >= last - HOUR:
            return Outcome([], [Counts()], [])
        wanted = session.demand * session.capacity * (_DEMAND_FOR_A_DRAW if session.is_drawn else 1)
        asked = 0
        made: list[Application] = []
        for applicant, applied in self._queue(pool, own, last):
            if asked >= wanted:
                break
            application = self._apply(applicant, applied, pool)
            asked += len(application.party)
            if session.is_drawn or self._admit(application):
                application.ticket = len(made) + 1
                made.append(application)
        draws = [self._draw(made)] if session.is_drawn else []
        self._cancel_some(made, last)
        self._set_final_states(made)
        return Outcome(made, [Counts(self._taken, self._waiting, len(made))], draws)

    def _draw(self, made: list[Application]) -> HeldDraw:
        """Places and the waiting list as the draw has them, as allocation/draws gives them."""
        sizes = [len(each.party) for each in made]
        held = draws_of_the_sample.hold(self._session, sizes, self._rng)
        for each, entry in zip(made, held.entries, strict=True):
            each.receipt, each.ticket, entry.application_id = entry.receipt, entry.rank, each.id
            each.events.append(Event(ApplicationState.IN_DRAW, "", "applicant", each.applied))
            if entry.has_place:
                self._taken += len(each.party)
            else:
                self._waiting += 1
                each.state = ApplicationState.WAITING
            each.events.append(Event(each.state, "", "draw", held.drawn_at))
        return held

    def _queue(
        self, pool: Accounts, own: npt.NDArray[np.int64], last: int
    ) -> Iterator[tuple[int, int]]:
        """Applicants and times, in the order in which they apply."""
        session, rng = self._session, self._rng
        content = session.listing.content
        age = _year(last) - pool.people.birth_year
        weights = (own < _MOST_EACH) * _able(content, age) * _interest(content, pool)
        weights[self._registered.open_with(self._place, session.opens)] *= _TIED
        possible = np.count_nonzero(weights)
        most = min(int(possible), 3 * session.capacity + session.waiting_limit)
        if not most:
            return
        chosen = rng.choice(len(weights), most, replace=False, p=weights / weights.sum())
        times = session.opens + np.sort(rng.beta(0.8, 1.4, most)) * (last - session.opens)
        for applicant, applied in zip(chosen, times.astype(np.int64), strict=True):
            if pool.since[applicant] < applied:
                yield int(applicant), int(applied)

    def _apply(self, applicant: int, applied: int, pool: Accounts) -> Application:
        content, rng = self._session.listing.content, self._rng
        age = _year(applied) - int(pool.people.birth_year[applicant])
        return Application(
            session=self._session,
            id=timed_id(rng, applied),
            applicant=applicant,
            applied=applied,
            state=ApplicationState.CONFIRMED,
            tie=self._tie(applicant, applied, pool),
            party=list(parties.make(content, age, rng)),
        )

    def _tie(self, applicant: int, applied: int, pool: Accounts) -> Tie:
        if pool.people.home[applicant] == self._place:
            return Tie.RESIDENT
        tied = self._registered.open_with(self._place, applied)
        return Tie.TIED if applicant in tied else Tie.OUTSIDE

    def _admit(self, application: Application) -> bool:
        size, session = len(application.party), self._session
        if not self._waiting and self._taken + size <= session.capacity:
            self._taken += size
        elif self._is_over or self._waiting >= session.waiting_limit:
            return False  # a past session has no waiting list
        else:
            self._waiting += 1
            application.state = ApplicationState.WAITING
        application.events.append(Event(application.state, "", "applicant", application.applied))
        return True

    def _cancel_some(self, made: list[Application], last: int) -> None:
        """Only without a waiting list, or a draw: else the freed places would be offered to it."""
        if self._waiting or self._session.is_drawn:
            return
        for each in made:
            at = each.applied + int(self._rng.random() * (last - each.applied))
            if self._rng.random() < _CANCELLED:
                each.state, each.ended = ApplicationState.CANCELLED, at
                each.events.append(Event(each.state, "", "applicant", at))
                self._taken -= len(each.party)

    def _set_final_states(self, made: list[Application]) -> None:
        session = self._session
        if session.is_called_off:
            at = session.starts - 2 * DAY
            for each in made:
                if each.state is ApplicationState.CONFIRMED:
                    each.state, each.ended = ApplicationState.CANCELLED_BY_HOST, at
                    each.events.append(Event(each.state, words().called_off, "host", at))
            self._taken = self._waiting = 0
        elif self._is_over:
            marked = min(session.ends + 3 * HOUR, self._now - HOUR)
            for position, each in enumerate(made):
                if each.state is ApplicationState.CONFIRMED:
                    is_absent = self._rng.random() < _ABSENT
                    each.state = ApplicationState.ABSENT if is_absent else ApplicationState.ATTENDED
                    each.events.append(Event(each.state, "", "host", marked + position * 1000))


def _able(content: ProgrammeContent, age: npt.NDArray[np.int64]) -> Floats:
    """The weight of each age as an applicant, 0 to 1."""
    if content.kind is ProgrammeKind.SCHOOL_TRIP:
        first, last = _TEACHERS
        return ((age >= first) & (age <= last)).astype(float)
    fades: Floats = np.clip((_OLDEST[content.load] - age) / _FADE_YEARS, 0, 1)
    return (age >= max(content.ages[0], 18)) * fades


def _interest(content: ProgrammeContent, pool: Accounts) -> Floats:
    """The weight of each account by distance; distance does not count for online programmes."""
    if content.kind is ProgrammeKind.ONLINE:
        return np.ones(len(pool.ids))
    counted, at = census(), census().row_of(content.code)
    north = (counted.latitudes - counted.latitudes[at]) * 111.0
    east = (counted.longitudes - counted.longitudes[at]) * 91.0
    near: Floats = 0.15 + 0.85 * 0.5 ** (np.hypot(north, east) / _HALF_DISTANCE)
    near[at] *= _RESIDENT
    return near[pool.people.home]


def _year(instant: int) -> int:
    """The calendar year in Japan of an instant in microseconds since 1970."""
    return int(np.datetime64(instant + 9 * HOUR, "us").astype("datetime64[Y]").astype(int)) + 1970
