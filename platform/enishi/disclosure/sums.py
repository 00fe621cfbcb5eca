"""Which cells of a table add up to which others: a sparse matrix of -1 and +1."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Numbers = npt.NDArray[Any]


@dataclass(frozen=True)
class Sums:
    """`count` sums over `width` cells, as the entries of a matrix S; a valid table has S x = 0.

    Entry i stands in the row `rows[i]` (a sum) and the column `cells[i]`; its sign is -1 for the
    parent of the sum and +1 for a child. No entry occurs twice.
    """

    rows: Integers
    cells: Integers
    signs: Integers
    count: int
    width: int

    def __matmul__(self, values: Numbers) -> npt.NDArray[np.float64]:
        """S x: of each sum, its children less its parent."""
        entries = np.asarray(self.signs * values[self.cells], dtype=np.float64)
        return np.asarray(np.bincount(self.rows, entries, self.count), dtype=np.float64)

    def transposed(self, values: Numbers) -> npt.NDArray[np.float64]:
        """S' y: back from one number a sum to one number a cell."""
        entries = np.asarray(self.signs * values[self.rows], dtype=np.float64)
        return np.asarray(np.bincount(self.cells, entries, self.width), dtype=np.float64)

    def of_cells(self, cells: Integers) -> list[Integers]:
        """For each of `cells` the rows that it stands in."""
        order = np.argsort(self.cells, kind="stable")
        ends = np.cumsum(np.bincount(self.cells, minlength=self.width))
        starts = np.concatenate([[0], ends[:-1]])
        return [self.rows[order[starts[cell] : ends[cell]]] for cell in cells]

    def members(self) -> list[Integers]:
        """For each sum the cells that stand in it, its parent among them."""
        order = np.argsort(self.rows, kind="stable")
        ends = np.cumsum(np.bincount(self.rows, minlength=self.count))
        return np.split(self.cells[order], ends[:-1]) if self.count else []


def sums_of(parents: Iterable[tuple[int, Sequence[int]]], width: int) -> Sums:
    """The sums of (parent, children) pairs over cells 0 ... width - 1.

    Raises ValueError for a cell that is out of range or stands twice in one sum.
    """
    pairs = [(parent, list(children)) for parent, children in parents]
    sizes = np.array([len(children) + 1 for _, children in pairs], dtype=np.int64)
    rows = np.repeat(np.arange(len(pairs)), sizes)
    cells = np.array([cell for parent, some in pairs for cell in (parent, *some)], dtype=np.int64)
    signs = np.ones(len(cells), dtype=np.int64)
    signs[np.cumsum(sizes) - sizes] = -1
    if cells.size and not 0 <= cells.min() <= cells.max() < width:
        raise ValueError("a sum names a cell that the table does not have")
    if len(np.unique(rows * width + cells)) < len(cells):
        raise ValueError("a cell stands twice in one sum")
    return Sums(rows, cells, signs, len(pairs), width)
