"""The truth of a sentence, counted from raw ballots by plain loops: no code of the package.

Only the partition into groups, their stability and the bridging score are an analysis' results.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from tests.landscape.reading import Read

VALUES = {"agree": 1, "disagree": -1}
OTHER = {"agree": "disagree", "disagree": "agree"}


@dataclass
class Ballots:
    """events: (participant, statement number, vote). group_of: participant -> letter.

    listed: numbers of the statements that may be named. firm: letter -> stability.
    """

    events: Iterable[tuple[int, int, int]]
    group_of: Mapping[int, str]
    listed: frozenset[int]
    firm: Mapping[str, float]

    def __post_init__(self) -> None:
        self.votes: Counter[tuple[str, int, int]] = Counter()
        for participant, statement, vote in self.events:
            if participant in self.group_of:
                self.votes[self.group_of[participant], statement, vote] += 1
        self.members = Counter(self.group_of.values())
        self.groups = sorted(self.members)

    def seen(self, group: str, statement: int) -> int:
        return sum(self.votes[group, statement, vote] for vote in (-1, 0, 1))

    def cast(self, group: str, statement: int, side: str) -> int:
        return self.votes[group, statement, VALUES[side]]


def percent(part: int, whole: int) -> int:
    return int(100 * part / whole + 0.5 + 1e-9)


def surely_most(part: int, whole: int) -> bool:
    """Whether the lower end of the 95 % Wilson interval is above one half."""
    z, share = 1.959963984540054, part / whole
    centre = share + z * z / (2 * whole)
    half = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    return (centre - half) / (1 + z * z / whole) > 0.5


def problems(said: Read, ballots: Ballots) -> list[str]:
    """What is wrong with the sentence; empty if it is true."""
    found = []
    for group, side, told in said.shares:
        if said.statement is None:
            continue
        seen = ballots.seen(group, said.statement)
        counts = {each: ballots.cast(group, said.statement, each) for each in VALUES}
        part = counts[side] if side else counts["agree"]
        if side is None and counts["agree"] != counts["disagree"]:
            found.append(f"{group} is not equal")
        if seen < 10:
            found.append(f"fewer than ten of {group} voted")
        elif percent(part, seen) != told:
            found.append(f"{group} is {percent(part, seen)}, not {told}")
    return found + list(_CHECKS[said.kind](said, ballots))


def _common(said: Read, b: Ballots) -> Iterable[str]:
    assert said.statement is not None
    assert said.side is not None
    yield from _names_every_large_group(said, b)
    pairs = [(b.cast(g, said.statement, said.side), b.seen(g, said.statement)) for g in _large(b)]
    if any(2 * part <= seen or seen < 20 for part, seen in pairs):
        yield "not most of each"
    if said.sure != all(surely_most(part, seen) for part, seen in pairs):
        yield "certainty"
    for group in said.left_out:
        if b.cast(group, said.statement, OTHER[said.side]) > b.cast(
            group, said.statement, said.side
        ):
            yield f"{group} is against it"


def _marks(said: Read, b: Ballots) -> Iterable[str]:
    assert said.statement is not None
    assert said.side is not None
    [(group, _side, _told)] = said.shares
    others = [each for each in b.groups if each != group]
    part = sum(b.cast(each, said.statement, said.side) for each in others)
    seen = sum(b.seen(each, said.statement) for each in others)
    mine, all_mine = b.cast(group, said.statement, said.side), b.seen(group, said.statement)
    if said.others != percent(part, seen):
        yield f"others are {percent(part, seen)}"
    if not (2 * mine > all_mine and mine * seen > part * all_mine):
        yield "it does not mark the group"


def _divides(said: Read, b: Ballots) -> Iterable[str]:
    assert said.statement is not None
    most = set()
    for group, side, _told in said.shares:
        for each in VALUES:
            if 2 * b.cast(group, said.statement, each) > b.seen(group, said.statement):
                most.add(each)
        if side is not None and b.cast(group, said.statement, side) < b.cast(
            group, said.statement, OTHER[side]
        ):
            yield f"{group} leans to the other side"
    if most != set(VALUES):
        yield "it does not divide"


def _bridges(said: Read, b: Ballots) -> Iterable[str]:
    assert said.statement is not None
    assert said.side is not None
    yield from _names_every_large_group(said, b)
    for group in b.groups:
        more = b.cast(group, said.statement, said.side)
        fewer = b.cast(group, said.statement, OTHER[said.side])
        if more < fewer or (more == fewer and group in _large(b)):
            yield f"{group} leans to the other side"


def _card(said: Read, b: Ballots) -> Iterable[str]:
    assert said.statement is not None
    assert said.side is not None
    most = [
        group
        for group in b.groups
        if b.seen(group, said.statement) >= 10
        and 2 * b.cast(group, said.statement, said.side) > b.seen(group, said.statement)
    ]
    if most != [group for group, _side, _told in said.shares]:
        yield f"most of {most}"


def _size(said: Read, b: Ballots) -> Iterable[str]:
    [(group, _side, _told)] = said.shares
    members, total = b.members[group], b.members.total()
    if said.tens is None:
        if said.number != int(5 * members / total + 0.5):
            yield "fifths"
    elif (said.number, said.tens) != (percent(members, total), int(members / 10 + 0.5) * 10):
        yield "size"


def _small(said: Read, b: Ballots) -> Iterable[str]:
    if b.members[said.shares[0][0]] >= 20:
        yield "not small"


def _unstable(said: Read, b: Ballots) -> Iterable[str]:
    if not b.firm[said.shares[0][0]] < 0.5:
        yield "stable"


def _few_votes(said: Read, b: Ballots) -> Iterable[str]:
    few = [n for n in b.listed if sum(b.seen(group, n) for group in b.groups) < 20]
    if said.number != len(few):
        yield f"{len(few)} statements"


def _large(b: Ballots) -> list[str]:
    return [group for group in b.groups if b.members[group] >= 20]


def _names_every_large_group(said: Read, b: Ballots) -> Iterable[str]:
    if [group for group, _side, _told in said.shares] != _large(b):
        yield "not the groups that are compared"
    if list(said.left_out) != [group for group in b.groups if b.members[group] < 20]:
        yield "not the groups that are left out"


_CHECKS = {
    "common": _common,
    "marks": _marks,
    "divides": _divides,
    "bridges": _bridges,
    "card": _card,
    "size": _size,
    "small": _small,
    "unstable": _unstable,
    "few_votes": _few_votes,
}
