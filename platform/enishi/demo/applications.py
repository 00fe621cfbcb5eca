"""Who applied to the sessions, in which order, and what became of it.

The rules are those of the service: a party gets its places if nobody waits and they are free,
else a place in the queue, else nothing. So counters and states agree as if people had applied.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from enishi.demo import parties
from enishi.demo.calendar import Calendar
from enishi.demo.content import ProgrammeContent, words
from enishi.demo.draws import DAY, HOUR, Floats, generator, timed_id
from enishi.demo.parties import Member
from enishi.demo.people import Accounts, census
from enishi.demo.sessions import Counts, Session
from enishi.programmes.applications.schemas import ApplicationState
from enishi.programmes.listings.schemas import ProgrammeKind

_EACH = 5  # applications of one person, at most: to what is over, and to what comes
_ABSENT, _LEFT = 0.07, 0.06
_REACH = 250.0  # kilometres over which half the interest is lost
# Up to which age people come, by how hard the work is: fewer and fewer over the years before.
_OLDEST = {"light": 92, "medium": 84, "heavy": 76}
_FEWER = 18
_TEACHERS = (24, 64)  # ages of who signs a class up


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
    party: list[Member]
    ticket: int = 0
    ended: int = 0
    events: list[Event] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    applications: list[Application]
    counts: list[Counts]


def make(sessions: Sequence[Session], pool: Accounts, calendar: Calendar, seed: int) -> Outcome:
    """Everybody's applications, session by session, in the order of their dates."""
    past, coming = (np.zeros(len(pool.ids), np.int64) for _ in range(2))
    found: list[Application] = []
    counts: dict[uuid.UUID, Counts] = {}
    for session in sorted(sessions, key=lambda each: each.starts):
        rng = generator(seed, "applications", session.listing.content.slug, session.starts)
        many = past if session.starts < calendar.now else coming
        made = _Desk(session, calendar, rng).take(pool, many)
        for each in made.applications:
            many[each.applicant] += 1
        found += made.applications
        counts[session.id] = made.counts[0]
    return Outcome(found, [counts[each.id] for each in sessions])


class _Desk:
    """Takes the applications to one session."""

    def __init__(self, session: Session, calendar: Calendar, rng: np.random.Generator) -> None:
        self._session = session
        self._now = calendar.now
        self._rng = rng
        self._is_over = session.starts < calendar.now
        self._taken = self._waiting = 0

    def take(self, pool: Accounts, many: npt.NDArray[np.int64]) -> Outcome:
        session = self._session
        last = min(session.closes, self._now)
        if session.opens >= last - HOUR:
            return Outcome([], [Counts()])
        wanted = session.demand * session.capacity
        asked = 0
        made: list[Application] = []
        for applicant, applied in self._queue(pool, many, last):
            if asked >= wanted:
                break
            application = self._apply(applicant, applied, pool)
            asked += len(application.party)
            if self._place(application):
                application.ticket = len(made) + 1
                made.append(application)
        self._some_leave(made, last)
        self._what_became(made)
        return Outcome(made, [Counts(self._taken, self._waiting, len(made))])

    def _queue(
        self, pool: Accounts, many: npt.NDArray[np.int64], last: int
    ) -> Iterator[tuple[int, int]]:
        """People who live near enough, in the order in which they apply."""
        session, rng = self._session, self._rng
        content = session.listing.content
        age = _year(last) - pool.people.birth_year
        weights = (many < _EACH) * _able(content, age) * _interest(content, pool)
        may = np.count_nonzero(weights)
        most = min(int(may), 3 * session.capacity + session.waiting_limit)
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
            party=list(parties.make(content, age, rng)),
        )

    def _place(self, application: Application) -> bool:
        persons_, session = len(application.party), self._session
        if not self._waiting and self._taken + persons_ <= session.capacity:
            self._taken += persons_
        elif self._is_over or self._waiting >= session.waiting_limit:
            return False  # nobody is left waiting for what is over
        else:
            self._waiting += 1
            application.state = ApplicationState.WAITING
        application.events.append(Event(application.state, "", "applicant", application.applied))
        return True

    def _some_leave(self, made: list[Application], last: int) -> None:
        """Only where nobody waits: a place given back would be offered to whoever does."""
        if self._waiting:
            return
        for each in made:
            at = each.applied + int(self._rng.random() * (last - each.applied))
            if self._rng.random() < _LEFT:
                each.state, each.ended = ApplicationState.CANCELLED, at
                each.events.append(Event(each.state, "", "applicant", at))
                self._taken -= len(each.party)

    def _what_became(self, made: list[Application]) -> None:
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
            for place, each in enumerate(made):
                if each.state is ApplicationState.CONFIRMED:
                    is_absent = self._rng.random() < _ABSENT
                    each.state = ApplicationState.ABSENT if is_absent else ApplicationState.ATTENDED
                    each.events.append(Event(each.state, "", "host", marked + place * 1000))


def _able(content: ProgrammeContent, age: npt.NDArray[np.int64]) -> Floats:
    """How likely somebody of that age comes at all, 0 … 1."""
    if content.kind is ProgrammeKind.SCHOOL_TRIP:
        first, last = _TEACHERS
        return ((age >= first) & (age <= last)).astype(float)
    fades: Floats = np.clip((_OLDEST[content.load] - age) / _FEWER, 0, 1)
    return (age >= max(content.ages[0], 18)) * fades


def _interest(content: ProgrammeContent, pool: Accounts) -> Floats:
    """Of each of the pool, falling with the distance; an online programme knows none."""
    if content.kind is ProgrammeKind.ONLINE:
        return np.ones(len(pool.ids))
    counted, at = census(), census().place_of(content.code)
    north = (counted.latitudes - counted.latitudes[at]) * 111.0
    east = (counted.longitudes - counted.longitudes[at]) * 91.0
    near: Floats = 0.15 + 0.85 * 0.5 ** (np.hypot(north, east) / _REACH)
    near[at] *= 0.2  # who lives there knows it already
    return near[pool.people.home]


def _year(instant: int) -> int:
    """In Japan."""
    return int(np.datetime64(instant + 9 * HOUR, "us").astype("datetime64[Y]").astype(int)) + 1970
