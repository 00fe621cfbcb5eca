"""Comment routing: priorities of the statements, and the random draw of the next one to show.

Formulas: Polis math/conversation.clj and server.ts.
"""

import numpy as np
import numpy.typing as npt

from enishi.landscape.components import Components, project_statements
from enishi.landscape.engine import Floats, Integers

META_PRIORITY = 49.0


def extremities(components: Components) -> Floats:
    """Distance of each statement's place from the origin: (m,)."""
    squared = project_statements(components) ** 2
    return np.asarray(np.sqrt(squared.sum(1)))


def priorities(counts: Integers, extremity: Floats, meta: npt.NDArray[np.bool_]) -> Floats:
    """The value of one more vote on each statement: (m,).

    counts (m, 3): disagrees, passes, agrees of the members of all groups, from the current run.
    Importance rises with few passes, with agreement and with extremity. Few votes raise the
    priority: without votes by a factor of 9 (before squaring). Statements about the consultation
    itself (meta) have a fixed priority.
    """
    seen = counts.sum(1).astype(np.float64)
    passed = (counts[:, 1] + 1) / (seen + 2)
    agreed = (counts[:, 2] + 1) / (seen + 2)
    importance = (1 - passed) * (extremity + 1) * agreed
    priority = (importance * (1 + 8 * 2 ** (-seen / 5))) ** 2
    return np.where(meta, META_PRIORITY, priority)


def draw_statement(
    priority: Floats, candidates: npt.NDArray[np.integer], uniform: float
) -> int | None:
    """Draw one of the candidates with probability proportional to its priority.

    candidates: statement indices; None is returned if there are none. uniform: a random number in
    [0, 1), so that the caller controls the randomness. A missing or zero priority (of a statement
    newer than the last run, or an index beyond it) has weight 1.
    """
    if len(candidates) == 0:
        return None
    weights = np.ones(len(candidates))
    known = candidates < len(priority)
    found = priority[candidates[known]]
    weights[known] = np.where(np.isfinite(found) & (found > 0), found, 1.0)
    cumulative = np.cumsum(weights)
    index = int(np.searchsorted(cumulative, uniform * cumulative[-1], side="right"))
    return int(candidates[min(index, len(candidates) - 1)])
