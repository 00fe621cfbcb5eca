"""A few statements that together stand for everybody: "the whole on seven cards".

Sequential proportional approval voting (Thiele 1895; Lackner and Skowron, Multi-Winner Voting with
Approval Preferences, 2023): each further statement is the one that adds most, where the n-th
statement that somebody supports counts 1/n. The voters are the members of the groups, and the
support within a group counts as spread evenly, because only the groups' counts are kept.

What every group shares would fill all places, and is listed as the common ground already. So the
first place has the best shared statement, and the others what one group supports and another does
not, beginning with a smallest set in which every group is heard.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from enishi.landscape.claims import SIDES, Claim, Kind, shares_of
from enishi.landscape.engine import Floats
from enishi.landscape.figures import COLUMNS, Figures
from enishi.landscape.results import LEAST_SHOWN

MOST_CARDS = 7
Masks = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Slate:
    """claims: the chosen statements with their sides, in order; one that all share comes first.

    covering: the size of the smallest set in which each group has a statement on whose side most of
    it are, while not every group is. None where there is no such set.
    """

    claims: list[Claim]
    covering: int | None


def representative_slate(figures: Figures, limit: int = MOST_CARDS) -> Slate:
    """At most `limit` statements. A candidate is a side that most of at least one group are on."""
    if not figures.may_show:
        return Slate([], None)
    most, strength = _support(figures)
    weights = (1 << np.arange(len(figures.members))).astype(np.int64)
    masks = (most * weights[:, None]).sum(1)  # (2, m): the groups that support, as bits
    everybody = int(weights.sum())
    choice = _Choice(figures.members / figures.members.sum(), most, strength)
    if (masks == everybody).any():
        choice.add(masks == everybody)
    allowed = np.where((masks == everybody) | choice.taken, 0, masks)
    covering, left = _fewest(allowed, everybody), everybody
    places = covering if covering is not None and covering <= limit - len(choice.chosen) else 0
    for further in range(places - 1, -1, -1):
        side, j = choice.add((allowed > 0) & _leads_to(allowed, left, further))
        left &= ~int(masks[side, j])
        allowed[side, j] = 0  # the other side may be what another group supports
    allowed[:, choice.taken] = 0
    while len(choice.chosen) < limit and allowed.any():
        _side, j = choice.add(allowed > 0)
        allowed[:, j] = 0
    claims = [_claim(figures, side, j, most[side, :, j]) for side, j in choice.chosen]
    return Slate(claims, covering)


class _Choice:
    """The statements chosen so far, and how much of what each group supports is among them.

    weight (g,): shares of the groups. most, strength (2, g, m): see _support.
    """

    def __init__(self, weight: Floats, most: npt.NDArray[np.bool_], strength: Floats) -> None:
        self.chosen: list[tuple[int, int]] = []
        self.taken = np.zeros(strength.shape[2], bool)
        self._weight, self._most, self._strength = weight, most, strength
        self._satisfaction = np.zeros(len(weight))

    def add(self, candidates: npt.NDArray[np.bool_]) -> tuple[int, int]:
        """Choose the candidate (2, m) that adds most; there must be one."""
        share = self._weight / (1 + self._satisfaction)
        gain = np.round((share[:, None] * self._strength).sum(1), 9)
        side, j = _best(np.where(candidates, gain, -1.0), self._most)
        self.chosen.append((side, j))
        self.taken[j] = True
        self._satisfaction += self._strength[side, :, j]
        return side, j


def _support(figures: Figures) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Whether most of a group are on a side, and its share pulled towards 1/2: (2, g, m) each.

    Both are 0 where fewer than LEAST_SHOWN of the group voted.
    """
    enough, seen = figures.listed & (figures.seen >= LEAST_SHOWN), figures.seen
    votes = np.stack([figures.counts[:, :, COLUMNS[side]] for side in SIDES])
    return enough & (2 * votes > seen), np.where(enough, (votes + 1) / (seen + 2), 0.0)


def _fewest(masks: Masks, goal: int) -> int | None:
    """The size of the smallest set of candidates whose groups include those of `goal` (bits)."""
    distinct = {int(mask) & goal for mask in np.unique(masks)}
    reached, number = {0}, 0
    while goal not in reached:
        further = reached | {one | two for one in reached for two in distinct}
        if further == reached:
            return None
        reached, number = further, number + 1
    return number


def _leads_to(masks: Masks, left: int, further: int) -> npt.NDArray[np.bool_]:
    """The candidates after which `further` others can cover what is left: (2, m)."""
    suffices = {}
    for mask in np.unique(masks).tolist():
        fewest = _fewest(masks, left & ~mask)
        suffices[mask] = fewest is not None and fewest <= further
    leads = [[suffices[mask] for mask in row] for row in masks.tolist()]
    return np.array(leads, bool).reshape(masks.shape)


def _best(gain: Floats, most: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """The candidate with the highest gain; of equal ones the statement with the lower number.

    Of two equal sides of one statement it is that of the first group with a majority, so that
    negating all votes gives the other one.
    """
    j = int(np.argmax(gain.max(0)))
    disagree, agree = gain[:, j].tolist()
    if agree != disagree:
        return int(agree > disagree), j
    first = int(np.argmax(most[:, :, j].any(0)))
    return int(most[1, first, j]), j


def _claim(figures: Figures, side: int, statement: int, most: npt.NDArray[np.bool_]) -> Claim:
    groups = np.flatnonzero(most).tolist()
    shares = shares_of(figures, groups, statement, SIDES[side])
    return Claim(Kind.CARD, statement, SIDES[side], shares=shares)
