"""What can be said about groups: their counts, and the limits below which nothing is said.

Every figure that a sentence about a group prints is read here, so the limits stand in one place.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from enishi.landscape.engine import Floats, Integers
from enishi.landscape.representative import Side, Statistics, group_statistics
from enishi.landscape.results import LEAST_SHOWN, Landscape, Mask
from enishi.landscape.uncertainty import TOO_FEW, wilson

COLUMNS: dict[Side, int] = {"disagree": 0, "agree": 2}


@dataclass(frozen=True)  # without slots: what follows from the counts is computed once
class Figures:
    """The counts of a run. g groups, m statements.

    counts (g, m, 3): disagrees, passes, agrees. members (g,). listed (m,): statements that may be
    named, neither moderated out nor about the consultation itself. firm (g,): see uncertainty.py.
    bridging (m,): scores, NaN without votes. told_few (m,): statements with fewer than TOO_FEW
    votes; given where the counts leave out votes that were cast but may not be shown.
    """

    counts: Integers
    members: Integers
    listed: Mask
    firm: Floats
    bridging: Floats
    told_few: Mask | None = None

    @classmethod
    def of(cls, landscape: Landscape) -> "Figures":
        groups, statements = landscape.groups.count, landscape.votes.shape[1]
        sizes, bridging = landscape.sizes, landscape.bridging
        return cls(
            counts=landscape.report.counts,
            members=np.asarray(landscape.groups.members, np.int64),
            listed=~landscape.moderation.zeroed,
            firm=np.full(groups, np.nan) if sizes is None else sizes.firm,
            bridging=np.full(statements, np.nan) if bridging is None else bridging.scores,
        )

    @cached_property
    def may_show(self) -> bool:
        """Whether figures by group may be shown: of two groups or more, all of LEAST_SHOWN.

        One smaller group hides all of them, because its figures follow from those of the others
        and the sums of everybody.
        """
        return len(self.members) > 1 and bool((self.members >= LEAST_SHOWN).all())

    @cached_property
    def compared(self) -> list[int]:
        """The groups that are large enough to be compared with each other."""
        return [int(group) for group in np.flatnonzero(self.members >= TOO_FEW)]

    @cached_property
    def left_out(self) -> list[int]:
        return [int(group) for group in np.flatnonzero(self.members < TOO_FEW)]

    @cached_property
    def seen(self) -> Integers:
        """Votes of each group on each statement, passes included: (g, m)."""
        return np.asarray(self.counts.sum(2))

    @cached_property
    def statistics(self) -> Statistics:
        """Each group against all others."""
        return group_statistics(self.counts)

    @cached_property
    def few(self) -> Mask:
        """Listed statements with fewer than TOO_FEW votes of all groups together: (m,)."""
        few = self.seen.sum(0) < TOO_FEW if self.told_few is None else self.told_few
        return np.asarray(self.listed & few)

    @cached_property
    def comparable(self) -> npt.NDArray[np.bool_]:
        """Statements with TOO_FEW votes of each compared group, of which there are two: (m,)."""
        enough = np.all(self.seen[self.compared] >= TOO_FEW, axis=0)
        return np.asarray(self.listed & enough & (len(self.compared) > 1))

    def is_common(self, side: Side) -> Mask:
        """Statements with a majority of each compared group on a side, no other against: (m,)."""
        column = COLUMNS[side]
        large, small = self.counts[self.compared], self.counts[self.left_out]
        majority = (2 * large[:, :, column] > large.sum(2)).all(0)
        opposed = (small[:, :, 2 - column] > small[:, :, column]).any(0)
        return np.asarray(self.comparable & majority & ~opposed)

    def percent(self, group: int, statement: int, side: Side) -> int | None:
        """The whole percentage of a group's votes on a statement that are on a side.

        None if fewer than LEAST_SHOWN of the group voted on it.
        """
        seen = int(self.counts[group, statement].sum())
        if seen < LEAST_SHOWN or not self.may_show:
            return None
        return whole_percent(int(self.counts[group, statement, COLUMNS[side]]), seen)

    def others_percent(self, group: int, statement: int, side: Side) -> int | None:
        """The same of all other groups together."""
        others = self.counts[:, statement].sum(0) - self.counts[group, statement]
        seen = int(others.sum())
        if seen < LEAST_SHOWN or not self.may_show:
            return None
        return whole_percent(int(others[COLUMNS[side]]), seen)

    def leaning(self, group: int, statement: int) -> Side | None:
        """The side with more votes of a group; None if both have as many."""
        disagrees, _passes, agrees = self.counts[group, statement].tolist()
        if agrees == disagrees:
            return None
        return "agree" if agrees > disagrees else "disagree"

    def is_sure(self, groups: list[int], statement: int, side: Side) -> bool:
        """Whether the 95 % interval of the share lies above one half in each of these groups."""
        votes = self.counts[groups, statement, COLUMNS[side]]
        low = wilson(votes, self.seen[groups, statement])[:, 0]
        return bool((low > 0.5).all())


def whole_percent(part: int, whole: int) -> int:
    """The share in whole percent, halves rounded up."""
    return (200 * part + whole) // (2 * whole)


def whole_percents(parts: Integers, wholes: Integers) -> Integers:
    """The same of arrays; no whole may be 0."""
    return np.asarray((200 * parts + wholes) // (2 * wholes))


def fifths_of(members: int, total: int) -> int:
    """The size of a group in fifths of all who are in groups; 0 for less than a tenth."""
    return (10 * members + total) // (2 * total)


def tens_of(members: int) -> int:
    """A number of people to the nearest ten, halves rounded up."""
    return (members + 5) // 10 * 10
