"""When k-means stands still."""

import numpy as np

from enishi.landscape.engine import Floats

MOST_STEPS = 100


def greatest_move(before: Floats, after: Floats) -> float:
    """The farthest that a centre moved, both sets in sorted order as Polis compares them."""
    before = before[np.lexsort(before.T[::-1])]
    after = after[np.lexsort(after.T[::-1])]
    return float(np.sqrt(((before - after) ** 2).sum(1).max()))
