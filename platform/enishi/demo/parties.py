"""Parties of applications: the applicant, companions and children, with invented names."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from enishi.demo.content import ProgrammeContent, words
from enishi.programmes.applications.schemas import MemberKind
from enishi.programmes.listings.schemas import ProgrammeKind

_SIZES = np.array([0.42, 0.33, 0.14, 0.11])  # the share of parties of 1, 2, 3 and 4 persons
_CLASS = 10  # persons in the party of a school
_OLDEST_PUPIL = 17
_NEEDS = 0.08  # the share of persons with care needs


class Member(NamedTuple):
    kind: MemberKind
    name: str
    age: int
    needs: str


def make(content: ProgrammeContent, age: int, rng: np.random.Generator) -> Iterator[Member]:
    """The members of a party; the first is the applicant, of this age."""
    surname = words().surnames[rng.integers(len(words().surnames))]
    if content.kind is ProgrammeKind.SCHOOL_TRIP:
        yield _member(MemberKind.ADULT, surname, age, rng)
        pupil = int(rng.integers(content.ages[0], _OLDEST_PUPIL + 1))
        for _ in range(_CLASS - 1):
            other = words().surnames[rng.integers(len(words().surnames))]
            yield _member(MemberKind.CHILD, other, pupil, rng)
        return
    yield _member(MemberKind.ADULT, surname, age, rng)
    size = 1 if content.minors == "not_admitted" else int(rng.choice(len(_SIZES), p=_SIZES)) + 1
    with_children = content.minors == "accompanied" and content.ages[0] <= 15
    for position in range(1, size):
        if position == 1 or not with_children:
            yield _member(MemberKind.ADULT, surname, max(20, age + int(rng.integers(-4, 5))), rng)
        else:
            years = int(rng.integers(max(content.ages[0], 3), 16))
            yield _member(MemberKind.CHILD, surname, years, rng)


def _member(kind: MemberKind, surname: str, age: int, rng: np.random.Generator) -> Member:
    given = words().given[rng.integers(len(words().given))]
    wishes = words().wishes
    needs = wishes[rng.integers(len(wishes))] if rng.random() < _NEEDS else ""
    return Member(kind, f"{surname} {given}", age, needs)
