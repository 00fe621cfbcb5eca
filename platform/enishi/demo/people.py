"""People drawn from the census: home, year of birth, and current of opinion."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from enishi.accounts import bulk as tables
from enishi.accounts import consents
from enishi.accounts.dimensions import age_band
from enishi.accounts.schemas import ConsentAct
from enishi.demo.content import words
from enishi.demo.randomness import (
    MINUTE,
    Floats,
    Places,
    Times,
    choose,
    choose_each,
    generator,
    timed_ids,
)
from enishi.kit import bulk
from enishi.kit.bulk import Bytes
from enishi.places import figures
from enishi.places.figures import AGE_GROUPS
from enishi.places.gazetteer import gazetteer

YOUNGEST = 16  # younger people need a guardian, and the sample has none
_OLDEST = 95
FIRST_YEAR = 1880
_LEVELS = np.array([0.0, 0.86, 0.09, 0.05])  # as IdentityLevel: none, mail, document, card
# Log-odds of the four currents of opinion (docs/decisions/0014-the-sample.md): the base, the
# effect of age, and the effect of a rural home.
_BASE = np.array([0.05, 0.0, 0.15, -0.05])
_BY_AGE = np.array([0.3, -0.15, -0.7, 0.45])
_BY_COUNTRY = np.array([0.3, -0.3, -0.1, 0.3])


@dataclass(frozen=True)
class Census:
    """Municipalities with their population of 15 and older.

    `shares` (municipalities, groups): people by five-year age group, from 15 on.
    """

    codes: tuple[str, ...]
    people: Floats
    totals: Floats
    shares: Floats
    latitudes: Floats
    longitudes: Floats

    def row_of(self, code: str) -> int:
        return self.codes.index(code)


@dataclass(frozen=True)
class People:
    """The people of one chunk. `home`: rows of the census; `current`: 0 to 3."""

    first: int
    home: Places
    birth_year: npt.NDArray[np.int64]
    current: Places
    nickname: Places
    level: Places

    def __len__(self) -> int:
        return len(self.home)


@cache
def census() -> Census:
    shipped = figures.shipped()
    found = [
        place
        for places in gazetteer().municipalities.values()
        for place in places
        if place.code in shipped.classes and shipped.classes[place.code].total
    ]
    first = AGE_GROUPS.index(15)
    by_prefecture = {
        code: np.array(people[first : len(AGE_GROUPS)], float)
        + shipped.groups[code, figures.Sex.FEMALE][first : len(AGE_GROUPS)]
        for (code, sex), people in shipped.groups.items()
        if sex is figures.Sex.MALE
    }
    old = AGE_GROUPS.index(65) - first
    shares = np.zeros((len(found), len(AGE_GROUPS) - first))
    for row, place in enumerate(found):
        ages = by_prefecture[place.prefecture_code].copy()
        classes = shipped.classes[place.code]
        ages[:old] *= classes.age_15_64 / ages[:old].sum()
        ages[old:] *= classes.age_65_up / ages[old:].sum()
        shares[row] = ages
    return Census(
        codes=tuple(place.code for place in found),
        people=shares.sum(axis=1),
        totals=np.array([shipped.classes[place.code].total for place in found], float),
        shares=shares,
        latitudes=np.array([place.latitude or 0.0 for place in found]),
        longitudes=np.array([place.longitude or 0.0 for place in found]),
    )


def make(seed: int, chunk: int, first: int, count: int, year: int) -> People:
    """`count` people from number `first` on, with their ages in `year`."""
    rng = generator(seed, "people", chunk)
    counted = census()
    home = choose(rng, counted.people, count)
    group = choose_each(rng, counted.shares[home])
    age = np.clip(15 + 5 * group + rng.integers(0, 5, count), YOUNGEST, _OLDEST)
    return People(
        first=first,
        home=home,
        birth_year=year - age,
        current=_currents(rng, age, counted.totals[home]),
        nickname=rng.integers(0, len(nicknames()), count),
        level=choose(rng, _LEVELS, count),
    )


def _currents(rng: np.random.Generator, age: Places, population: Floats) -> Places:
    older = (age - 45) / 20
    country = np.clip((11.5 - np.log(population)) / 2, -1.5, 1.5)
    score = _BASE + older[:, None] * _BY_AGE + country[:, None] * _BY_COUNTRY
    return choose_each(rng, np.exp(score))


@dataclass(frozen=True)
class Accounts:
    """The accounts of one chunk, opened three minutes before the first act of each person."""

    people: People
    ids: Bytes
    since: Times


def open_accounts(people: People, first_acts: Times, seed: int) -> Accounts:
    since = first_acts - 3 * MINUTE
    return Accounts(people, timed_ids(generator(seed, "accounts", people.first), since), since)


@cache
def nicknames() -> tuple[str, ...]:
    return tuple(setting + noun for setting in words().settings for noun in words().nouns)


@cache
def age_bands(year: int) -> tuple[str, ...]:
    """The age band of each year of birth from FIRST_YEAR on."""
    return tuple(age_band(born) or "" for born in range(FIRST_YEAR, year + 1))


def homes(places: Places) -> bulk.Column:
    return bulk.words(places, [code.encode() for code in census().codes])


def bands(born: npt.NDArray[np.int64], year: int) -> bulk.Column:
    return bulk.words(born - FIRST_YEAR, [each.encode() for each in age_bands(year)])


async def write(accounts: Accounts, seed: int) -> None:
    """Write the accounts, each with the consent to the terms."""
    people = accounts.people
    count = len(people)
    numbers = range(people.first, people.first + count)
    await bulk.copy(
        tables.ACCOUNTS,
        {
            "id": bulk.uuids(accounts.ids),
            "address": bulk.texts([f"p{number:07d}@people.example" for number in numbers]),
            "display_name": bulk.words(people.nickname, [each.encode() for each in nicknames()]),
            "language": bulk.same("ja", count),
            "home_municipality": homes(people.home),
            "birth_year": bulk.integers(people.birth_year, 2),
            "identity_level": bulk.integers(people.level, 2),
            "created_at": bulk.instants(accounts.since),
        },
    )
    rng = generator(seed, "terms", people.first)
    await bulk.copy(
        tables.CONSENTS,
        {
            "id": bulk.uuids(timed_ids(rng, accounts.since)),
            "account_id": bulk.uuids(accounts.ids),
            "purpose": bulk.same(consents.TERMS.purpose, count),
            "version": bulk.same(consents.TERMS.version, count),
            "act": bulk.same(ConsentAct.GIVEN, count),
            "recorded_at": bulk.instants(accounts.since),
        },
    )
