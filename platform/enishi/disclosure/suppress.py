"""Which cells of a table to withhold, so that none below k can be worked out.

For counts of organisations, amounts and tables that offices import: what is shown is exact there.
Counts of people are never released this way (somebody with accounts of their own pushes a cell
across k, and sees by how much), but with noise: see `noise`.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from enishi.disclosure.audit import Tables, audit, propagate
from enishi.disclosure.sums import Sums

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class CannotProtectError(ValueError):
    """A small cell follows from cells that have to be shown."""


def as_published(values: Integers, hidden: Mask, sums: Sums, cap: int) -> Tables:
    """What an outsider has of a table: cells as they are, and 0 ... cap for the hidden ones."""
    return Tables(sums, np.where(hidden, 0, values), np.where(hidden, cap, values))


def suppress(values: Integers, sums: Sums, k: int, cap: int, keep: Sequence[int] = ()) -> Mask:
    """The cells to withhold: all of 1 ... k - 1, and others until each of those is k wide.

    `cap` is what an outsider believes no cell exceeds. An outsider who knows the rule, and solves
    linear programs over all sums, is left with an interval of at least k for each small cell. Zeros
    are shown. The cost of a withheld cell is its count, so that as few people (or yen) as possible
    go missing, not as few cells: complements are added greedily, the cheapest first, and then shown
    again, the dearest first, as far as everything stays safe. Cells in `keep` are shown unless they
    are small themselves. Raises CannotProtectError if that leaves no safe pattern, and ValueError
    if a value lies outside of 0 ... cap or `cap` is below k.
    """
    values = np.asarray(values, dtype=np.int64)
    if cap < k:
        raise ValueError("nothing is k wide below a cap that is smaller than k")
    if values.size and not 0 <= values.min() <= values.max() <= cap:
        raise ValueError("a value lies outside of 0 ... cap")
    table = _Table(values, sums, k, cap, keep)
    return table.shown_again(table.hidden_until_safe())


class _Table:
    def __init__(self, values: Integers, sums: Sums, k: int, cap: int, keep: Sequence[int]) -> None:
        self._values, self._sums, self._k, self._cap = values, sums, k, cap
        self._small = (values > 0) & (values < k)
        self._may_hide = values > 0
        self._may_hide[list(keep)] = False
        self._need = np.where(self._small, k, 0)
        self._targets = np.flatnonzero(self._small)
        self._members = sums.members()
        self._sums_of = dict(zip(self._targets, sums.of_cells(self._targets), strict=True))

    def hidden_until_safe(self) -> Mask:
        hidden = self._small.copy()
        while len(narrow := self._narrow(hidden)):
            before = int(hidden.sum())
            for cell in narrow:
                for row in self._sums_of[cell]:
                    self._add_cover(hidden, int(cell), self._members[row])
            if int(hidden.sum()) == before:
                self._add_cheapest(hidden, narrow)
        return hidden

    def shown_again(self, hidden: Mask) -> Mask:
        complements = np.flatnonzero(hidden & ~self._small)
        for cell in complements[np.argsort(-self._values[complements], kind="stable")]:
            hidden[cell] = False
            hidden[cell] = len(self._narrow(hidden)) > 0
        return hidden

    def _narrow(self, hidden: Mask) -> Integers:
        """The small cells that an outsider bounds to less than k."""
        tables = as_published(self._values, hidden, self._sums, self._cap)
        lo, hi = propagate(tables)
        if not (hi - lo < self._need).any():  # else the answer is known without a program
            lo, hi, _ = audit(tables, self._targets, self._need)
        return np.flatnonzero(hi - lo < self._need)

    def _add_cover(self, hidden: Mask, cell: int, members: Integers) -> None:
        """Hide the cheapest cell of a sum that covers the small one, unless others do already."""
        values = self._values
        others = members[hidden[members] & (members != cell)]
        missing = self._k - int(values[others].sum())
        pool = members[self._may_hide[members] & ~hidden[members]]
        if missing <= 0 or not len(pool):
            return
        enough = pool[values[pool] >= missing]
        # Without one that is enough, the largest: fewer cells then have to follow.
        chosen = enough[np.argmin(values[enough])] if len(enough) else pool[np.argmax(values[pool])]
        hidden[chosen] = True

    def _add_cheapest(self, hidden: Mask, narrow: Integers) -> None:
        """Where each sum is covered and a cell still narrow: one more cell beside it."""
        rows = np.unique(np.concatenate([self._sums_of[cell] for cell in narrow]))
        around = (
            np.unique(np.concatenate([self._members[row] for row in rows])) if len(rows) else rows
        )
        pool = around[self._may_hide[around] & ~hidden[around]]
        if not len(pool):  # then anywhere: a sum further off may be what pins it
            pool = np.flatnonzero(self._may_hide & ~hidden)
        if not len(pool):
            raise CannotProtectError("a small cell follows from cells that have to be shown")
        hidden[pool[np.argmin(self._values[pool])]] = True
