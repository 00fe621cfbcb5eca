"""Small tables with their sums, for the tests of disclosure control."""

import numpy as np
import numpy.typing as npt

from enishi.disclosure.audit import Tables
from enishi.disclosure.sums import Sums, sums_of

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

# Three rows and three columns of people, with 7, 3 and 9 below ten.
SMALL = np.array([[120, 45, 7], [30, 3, 60], [15, 9, 24]])


def two_way(inner: Integers) -> tuple[Integers, Sums, Integers]:
    """The table with its margins, its sums, and the cell at each row and column (total last)."""
    rows, columns = inner.shape
    full = np.zeros((rows + 1, columns + 1), dtype=np.int64)
    full[:rows, :columns] = inner
    full[rows, :columns] = inner.sum(axis=0)
    full[:, columns] = full[:, :columns].sum(axis=1)
    at = np.arange(full.size).reshape(full.shape)
    parents = [(int(at[row, -1]), at[row, :-1].tolist()) for row in range(rows + 1)]
    parents += [(int(at[-1, column]), at[:-1, column].tolist()) for column in range(columns + 1)]
    return full.ravel(), sums_of(parents, full.size), at


def tree(leaves: Integers) -> tuple[Integers, Sums]:
    """A nation (cell 0), its groups, and their leaves: one row of `leaves` a group."""
    groups, each = leaves.shape
    values = np.concatenate([[leaves.sum()], leaves.sum(axis=1), leaves.ravel()])
    first = 1 + groups
    below = [
        (1 + group, list(range(first + group * each, first + (group + 1) * each)))
        for group in range(groups)
    ]
    return values, sums_of([(0, list(range(1, first))), *below], len(values))


def with_hidden(values: Integers, hidden: Mask, sums: Sums, cap: int) -> Tables:
    """What is published when the cells of `hidden` are not: they lie in 0 ... cap."""
    return Tables(sums, np.where(hidden, 0, values), np.where(hidden, cap, values))


def matrix(sums: Sums) -> npt.NDArray[np.float64]:
    dense = np.zeros((sums.count, sums.width))
    dense[sums.rows, sums.cells] = sums.signs
    return dense
