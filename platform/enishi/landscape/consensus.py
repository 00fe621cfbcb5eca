"""Common ground: statements with a majority of all participants, or with support in every group.

Formulas: Polis math/repness.clj and conversation.clj.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from enishi.landscape.engine import Floats, Integers
from enishi.landscape.representative import LIST_LENGTH, Z90, Side, proportion_test


@dataclass(frozen=True, slots=True)
class Majority:
    """A statement that a majority of all participants is on one side of.

    statement: index 0..m-1. votes, seen: of all participants. share = (votes + 1) / (seen + 2).
    """

    statement: int
    side: Side
    votes: int
    seen: int
    share: float
    share_test: float


def majority_consensus(
    counts: Integers, moderated: npt.NDArray[np.bool_], limit: int = LIST_LENGTH
) -> dict[Side, list[Majority]]:
    """Statements that most participants agree (or disagree) with, at most `limit` per side.

    Their share is above 1/2 and significant at 90 %; ordered by share times test.
    counts (m, 3): of ALL participants, grouped or not. moderated (m,): statements to leave out.
    """
    seen = counts.sum(1)
    found: dict[Side, list[Majority]] = {}
    sides: tuple[tuple[Side, int], ...] = (("agree", 2), ("disagree", 0))
    for side, column in sides:
        votes = counts[:, column]
        share, test = (votes + 1) / (seen + 2), proportion_test(votes, seen)
        significant = np.flatnonzero(~moderated & (share > 0.5) & (test > Z90))
        order = np.argsort(-(share * test)[significant], kind="stable")
        ranked = significant[order][:limit]
        found[side] = [
            Majority(int(j), side, int(votes[j]), int(seen[j]), float(share[j]), float(test[j]))
            for j in ranked
        ]
    return found


def group_aware_consensus(counts: Integers) -> tuple[Floats, Floats]:
    """Product over the groups of (agrees + 1) / (seen + 2), and of the disagrees: (m,), (m,).

    counts (groups, m, 3). It is high only if the share is high in each group.
    """
    seen = counts.sum(2) + 2.0
    return ((counts[:, :, 2] + 1) / seen).prod(0), ((counts[:, :, 0] + 1) / seen).prod(0)
