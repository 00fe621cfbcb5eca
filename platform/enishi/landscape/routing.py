"""Which statement to show next: priorities and the draw by them.

Formulas: Polis math/conversation.clj and server.ts.
"""

import numpy as np
import numpy.typing as npt

from enishi.landscape.components import Components, project_statements
from enishi.landscape.engine import Floats, Integers

META_PRIORITY = 49.0


def extremities(components: Components) -> Floats:
    """How far from the centre someone stands who agrees with nothing but this statement: (m,)."""
    squared = project_statements(components) ** 2
    return np.asarray(np.sqrt(squared.sum(1)))


def priorities(counts: Integers, extremity: Floats, meta: npt.NDArray[np.bool_]) -> Floats:
    """How worthwhile one more vote on each statement is: (m,).

    counts (m, 3): disagrees, passes, agrees of the members of all groups, of this very run. Few
    passes, agreement, and a place far out make a statement important; few votes make it urgent: a
    new one weighs up to 9 times as much (before squaring). Statements about the consultation itself
    (meta) have a fixed priority.
    """
    seen = counts.sum(1).astype(np.float64)
    passed = (counts[:, 1] + 1) / (seen + 2)
    agreed = (counts[:, 2] + 1) / (seen + 2)
    importance = (1 - passed) * (extremity + 1) * agreed
    urgent = (importance * (1 + 8 * 2 ** (-seen / 5))) ** 2
    return np.where(meta, META_PRIORITY, urgent)


def draw_statement(
    priority: Floats, candidates: npt.NDArray[np.integer], chance: float
) -> int | None:
    """One of the candidate statements, with probability proportional to its priority.

    candidates: indices. None if there are none.

    chance in [0, 1) decides, so the caller owns the randomness. A missing or zero priority (a
    statement newer than the last run, or an index beyond it) weighs 1.
    """
    if len(candidates) == 0:
        return None
    weights = np.ones(len(candidates))
    known = candidates < len(priority)
    found = priority[candidates[known]]
    weights[known] = np.where(np.isfinite(found) & (found > 0), found, 1.0)
    reached = np.cumsum(weights)
    place = int(np.searchsorted(reached, chance * reached[-1], side="right"))
    return int(candidates[min(place, len(candidates) - 1)])
