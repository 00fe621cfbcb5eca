"""Registrations of the sample: with which places, for what reasons, interests and consents."""

from dataclasses import dataclass

import numpy as np

from enishi.demo import people as persons
from enishi.demo.calendar import Calendar
from enishi.demo.content import programmes
from enishi.demo.people import Accounts, People, census
from enishi.demo.randomness import DAY, HOUR, Floats, Places, Times, choose, generator, timed_ids
from enishi.kit import bulk
from enishi.kit.bulk import Bytes
from enishi.places.codes import prefecture_code
from enishi.relations import bulk as tables
from enishi.relations.consents import CONSENTS
from enishi.relations.schemas import Interest, Purpose, Reason, RegistrationAct, Tier

# The share of people with 0, 1, 2 and 3 registrations.
_HOW_MANY = np.array([0.6, 0.26, 0.1, 0.04])
_WITH_HOSTS = 0.45  # the share of registrations with a place that has a programme
_WITHDRAWN = 0.04  # the share that was withdrawn later
_PURPOSES = ((Purpose.NEWS, 0.75), (Purpose.INVITATIONS, 0.5), (Purpose.SURVEYS, 0.2))
_REASONS: tuple[tuple[float, tuple[Reason, ...]], ...] = (
    (20, (Reason.BIRTHPLACE, Reason.FAMILY)),
    (8, (Reason.BIRTHPLACE,)),
    (10, (Reason.FAMILY,)),
    (17, (Reason.TRAVEL,)),
    (9, (Reason.TRAVEL, Reason.BUYING)),
    (8, (Reason.DONATION,)),
    (7, (Reason.DONATION, Reason.TRAVEL)),
    (5, (Reason.LIVED_THERE,)),
    (3, (Reason.LIVED_THERE, Reason.STUDIED_THERE)),
    (4, (Reason.WORKED_THERE,)),
    (3, (Reason.WORK,)),
    (3, (Reason.VOLUNTEERING,)),
    (2, (Reason.VOLUNTEERING, Reason.TRAVEL)),
    (1, (Reason.TWO_HOMES,)),
)
_INTERESTS: tuple[tuple[float, tuple[Interest, ...]], ...] = (
    (14, ()),
    (18, (Interest.FOOD,)),
    (14, (Interest.EVENTS, Interest.FOOD)),
    (10, (Interest.NATURE,)),
    (9, (Interest.CULTURE, Interest.EVENTS)),
    (9, (Interest.FARMING, Interest.FOOD)),
    (7, (Interest.HELPING,)),
    (6, (Interest.FARMING, Interest.HELPING)),
    (5, (Interest.NATURE, Interest.HELPING)),
    (4, (Interest.WORK,)),
    (4, (Interest.MOVING, Interest.WORK)),
)


@dataclass(frozen=True)
class Registrations:
    """One element for each registration.

    people: rows of the chunk. places: rows of the census. since, ended: microseconds since 1970;
    ended is 0 for an open registration.
    """

    people: Places
    places: Places
    since: Times
    ended: Times

    def open_with(self, place: int, at: int) -> Places:
        """The rows of the people whose registration with a place, a row of the census, is open."""
        is_open = (self.since <= at) & ((self.ended == 0) | (self.ended > at))
        found: Places = self.people[(self.places == place) & is_open]
        return found


def make(people: People, calendar: Calendar, seed: int) -> Registrations:
    # The purpose is a part of the seed: another name would change the sample.
    rng = generator(seed, "ties", people.first)
    counts = choose(rng, _HOW_MANY, len(people))
    person = np.repeat(np.arange(len(people)), counts)
    hosts, anywhere = _weights()
    places = np.where(
        rng.random(len(person)) < _WITH_HOSTS,
        choose(rng, hosts, len(person)),
        choose(rng, anywhere, len(person)),
    )
    _, first = np.unique(person * len(hosts) + places, return_index=True)
    kept = np.sort(first[people.home[person[first]] != places[first]])
    person, places = person[kept], places[kept]
    # More registrations in later months.
    span = calendar.now - calendar.since - DAY
    since = calendar.since + (rng.random(len(person)) ** 0.6 * span).astype(np.int64)
    ends = since + HOUR + (rng.random(len(person)) * (calendar.now - since - HOUR)).astype(np.int64)
    ended = np.where(rng.random(len(person)) < _WITHDRAWN, ends, 0)
    return Registrations(person, places, since, ended)


def _weights() -> tuple[Floats, Floats]:
    """The weights of each municipality: as the place of a programme, and as any place."""
    counted = census()
    hosts = np.zeros(len(counted.codes))
    for place, code in enumerate(dict.fromkeys(each.code for each in programmes()), start=1):
        hosts[counted.row_of(code)] = 1 / (place % 11 + 2)
    return hosts, counted.totals**0.5


async def write(made: Registrations, accounts: Accounts, seed: int, year: int) -> int:
    rng = generator(seed, "registrations", accounts.people.first)
    ids = timed_ids(rng, made.since)
    count = len(ids)
    await bulk.copy(
        tables.REGISTRATIONS,
        {
            "id": bulk.uuids(ids),
            "account_id": bulk.uuids(accounts.ids[made.people]),
            "municipality_code": persons.homes(made.places),
            "prefecture_code": bulk.words(
                made.places, [prefecture_code(code).encode() for code in census().codes]
            ),
            "tier": bulk.same(Tier.BASIC, count),
            "reasons": _combination(rng, _REASONS, count),
            "interests": _combination(rng, _INTERESTS, count),
            "registered_at": bulk.instants(made.since),
            "withdrawn_at": bulk.instants(made.ended, made.ended == 0),
        },
    )
    await _write_events(made, accounts, ids, rng, year)
    await _write_consents(made, ids, rng)
    return count


def _combination(
    rng: np.random.Generator, known: tuple[tuple[float, tuple[str, ...]], ...], count: int
) -> bulk.Column:
    weights = np.array([weight for weight, _ in known])
    values = [bulk.array_of([str(each) for each in kinds], varchar=True) for _, kinds in known]
    return bulk.words(choose(rng, weights, count), values)


async def _write_events(
    made: Registrations, accounts: Accounts, ids: Bytes, rng: np.random.Generator, year: int
) -> None:
    withdrawn = np.flatnonzero(made.ended)
    rows = np.concatenate([np.arange(len(ids)), withdrawn])
    is_end = np.arange(len(rows)) >= len(ids)
    at = np.where(is_end, made.ended[rows], made.since[rows])
    person = made.people[rows]
    await bulk.copy(
        tables.EVENTS,
        {
            "id": bulk.uuids(timed_ids(rng, at)),
            "registration_id": bulk.uuids(ids[rows]),
            "act": bulk.words(
                is_end.astype(np.int64),
                [RegistrationAct.OPENED.encode(), RegistrationAct.WITHDRAWN.encode()],
            ),
            "home_municipality": persons.homes(accounts.people.home[person]),
            "age_band": persons.bands(accounts.people.birth_year[person], year),
            "identity_level": bulk.integers(accounts.people.level[person], 2),
            "happened_at": bulk.instants(at),
        },
    )


async def _write_consents(made: Registrations, ids: Bytes, rng: np.random.Generator) -> None:
    """Consents are given with the registration and taken back with its withdrawal."""
    for purpose, share in _PURPOSES:
        given = np.flatnonzero(rng.random(len(ids)) < share)
        ended = given[made.ended[given] > 0]
        rows = np.concatenate([given, ended])
        is_given = np.arange(len(rows)) < len(given)
        at = np.where(is_given, made.since[rows], made.ended[rows])
        await bulk.copy(
            tables.CONSENTS,
            {
                "id": bulk.uuids(timed_ids(rng, at)),
                "registration_id": bulk.uuids(ids[rows]),
                "purpose": bulk.same(purpose, len(rows)),
                "version": bulk.same(CONSENTS[purpose].version, len(rows)),
                "given": bulk.integers(is_given, 2),
                "recorded_at": bulk.instants(at),
            },
        )
