"""Common ground: what a majority of everybody shares, and what every group shares.

Formulas: Polis math/repness.clj and conversation.clj.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from enishi.landscape.engine import Floats, Integers
from enishi.landscape.representative import MOST, Z90, Side, proportion_test


@dataclass(frozen=True, slots=True)
class Majority:
    """One statement of the common ground.

    statement: index 0..m-1. votes, seen: of all participants. share = (votes + 1) / (seen + 2).
    """

    statement: int
    side: Side
    votes: int
    seen: int
    share: float
    share_test: float


def majority_consensus(
    counts: Integers, moderated: npt.NDArray[np.bool_], most: int = MOST
) -> dict[Side, list[Majority]]:
    """Statements that most people agree (or disagree) with.

    Their share is above 1/2 and significant at 90 %; ordered by share times test.

    counts (m, 3) of ALL participants; moderated (m,) are left out.
    """
    seen = counts.sum(1)
    found: dict[Side, list[Majority]] = {}
    sides: tuple[tuple[Side, int], ...] = (("agree", 2), ("disagree", 0))
    for side, column in sides:
        votes = counts[:, column]
        share, test = (votes + 1) / (seen + 2), proportion_test(votes, seen)
        fit = np.flatnonzero(~moderated & (share > 0.5) & (test > Z90))
        ranked = fit[np.argsort(-(share * test)[fit], kind="stable")][:most]
        found[side] = [
            Majority(int(j), side, int(votes[j]), int(seen[j]), float(share[j]), float(test[j]))
            for j in ranked
        ]
    return found


def group_aware_consensus(counts: Integers) -> tuple[Floats, Floats]:
    """Product over the groups of (agrees + 1) / (seen + 2), and of the disagrees: (m,), (m,).

    counts (groups, m, 3). High only where no group stands apart.
    """
    seen = counts.sum(2) + 2.0
    return ((counts[:, :, 2] + 1) / seen).prod(0), ((counts[:, :, 0] + 1) / seen).prod(0)
