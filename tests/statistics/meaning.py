"""What the words of a dialogue's figures mean: the reference for the SQL, over plain rows.

Every function takes the facts of one dialogue and the first and last day of a period, both
included.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

WROTE = frozenset({"statement.written", "opinion.sent"})
SENT = WROTE | {"vote.cast"}
ACTIVE = SENT | {"vote.changed", "participation.started"}
_ASIDE = {"participation.set_aside": 1, "participation.taken_back": -1}


@dataclass(frozen=True)
class Fact:
    """`person` is None once it was erased: the act is counted, and nobody with it."""

    person: str | None
    day: date
    kind: str


def merged(facts: Iterable[Fact], moves: dict[str, str]) -> list[Fact]:
    """Guests who signed in: what they did is the account's (moves: guest to account)."""
    return [replace(fact, person=moves.get(fact.person or "", fact.person)) for fact in facts]


def counted(facts: Sequence[Fact]) -> list[Fact]:
    """Without the persons whom an office left out and did not take back."""
    net = Counter[str | None]()
    for fact in facts:
        net[fact.person] += _ASIDE.get(fact.kind, 0)
    return [fact for fact in facts if net[fact.person] <= 0]


def did(facts: Iterable[Fact], kinds: frozenset[str], first: date, last: date) -> set[str]:
    return {
        fact.person
        for fact in facts
        if fact.person is not None and fact.kind in kinds and first <= fact.day <= last
    }


def joined(facts: Iterable[Fact], first: date, last: date) -> set[str]:
    first_days: dict[str, date] = {}
    for fact in facts:
        if fact.person is not None and fact.kind in ACTIVE:
            first_days[fact.person] = min(first_days.get(fact.person, fact.day), fact.day)
    return {person for person, day in first_days.items() if first <= day <= last}


def active(facts: Iterable[Fact], first: date, last: date) -> set[str]:
    return did(facts, ACTIVE, first, last)


def returning(facts: Sequence[Fact], first: date, last: date) -> set[str]:
    return active(facts, first, last) - joined(facts, first, last)


def funnel(facts: Sequence[Fact], first: date, last: date) -> tuple[int, int, int]:
    """Those who joined; of these, who voted or wrote by the last day; and who wrote."""
    new = joined(facts, first, last)
    sent, wrote = (new & did(facts, kinds, first, last) for kinds in (SENT, WROTE))
    return len(new), len(sent), len(wrote)
