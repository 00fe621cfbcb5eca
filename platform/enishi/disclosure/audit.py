"""What an outsider can work out from everything that is published: an interval for each cell.

Published are bounds of each cell, equal where it is exact, and sums of cells. Propagation of bounds
comes first, and is all that a tree of sums needs. What is still open falls apart into components
that share no sum; each is one linear program that is kept and solved for one cell after the other.

Cells of several tables, of releases one after the other, and unknowns such as the change between
two releases stand side by side in one `Tables`: a change is a cell with the bounds that an outsider
believes, and "after = before + change" is one more sum.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from enishi.disclosure.linear_program import LinearProgram, NoSolutionError
from enishi.disclosure.rounding import FEWER
from enishi.disclosure.sums import Sums

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_WITNESSES = 6  # pairs of random costs before the first cell of a component
_TOLERANCE = 1e-6


class ContradictionError(ValueError):
    """No table fulfils what is published: its bounds and sums contradict each other."""


@dataclass(frozen=True)
class Tables:
    """Bounds lo <= x <= hi of each cell, whole and finite, and the sums S x = 0."""

    sums: Sums
    lo: Integers
    hi: Integers


def believed(
    printed: Integers, small: int, deviations: npt.ArrayLike, base: int = 10, reach: float = 3.0
) -> tuple[Integers, Integers]:
    """Bounds lo, hi of each count behind a printed table, as a careful outsider believes them.

    That is half a base of rounding and `reach` standard deviations of the noise (`deviations`:
    sigma * spread(periods), in people) around what is printed; 0 ... small - 1 and the same above
    where it is FEWER. Nobody counts fewer than no people. An outsider who believes in less noise
    than there is can be wrong; one who believes in more learns less.
    """
    noise = np.ceil(reach * np.asarray(deviations, dtype=np.float64)).astype(np.int64)
    is_shown = printed != FEWER
    lo = np.where(is_shown, np.maximum(printed - base // 2 - noise, 0), 0)
    hi = np.where(is_shown, printed + base // 2, small - 1) + noise
    return lo, hi


def propagate(tables: Tables, rounds: int = 200) -> tuple[Integers, Integers]:
    """Narrow each cell by the bounds of the others in its sums, until nothing moves.

    Sound after any number of rounds; exact in a tree of sums. Raises ContradictionError.
    """
    sums, (lo, hi) = tables.sums, (tables.lo.astype(np.int64), tables.hi.astype(np.int64))
    is_child = sums.signs > 0
    for _ in range(rounds):
        at_least = np.where(is_child, lo[sums.cells], -hi[sums.cells])
        at_most = np.where(is_child, hi[sums.cells], -lo[sums.cells])
        # What the others of the sum leave to this entry. bincount adds doubles: whole below 2^53.
        room_up = at_least - np.bincount(sums.rows, at_least, sums.count)[sums.rows]
        room_down = at_most - np.bincount(sums.rows, at_most, sums.count)[sums.rows]
        new_lo, new_hi = lo.copy(), hi.copy()
        np.minimum.at(new_hi, sums.cells, np.where(is_child, room_up, -room_down).astype(np.int64))
        np.maximum.at(new_lo, sums.cells, np.where(is_child, room_down, -room_up).astype(np.int64))
        if (new_lo > new_hi).any():
            raise ContradictionError("what is published contradicts itself")
        if (new_lo == lo).all() and (new_hi == hi).all():
            break
        lo, hi = new_lo, new_hi
    return lo, hi


@dataclass(frozen=True)
class _Component:
    """Open cells that hang together, their sums, and what the known cells leave to these."""

    cells: Integers
    sums: Sums
    right: Floats

    @property
    def is_tree(self) -> bool:
        """Whether no two ways lead from one cell to another: then propagation is exact."""
        return len(self.sums.cells) == self.sums.width + self.sums.count - 1


def _components(sums: Sums, lo: Integers, hi: Integers) -> Iterator[_Component]:
    is_open = lo < hi
    entries = np.flatnonzero(is_open[sums.cells])
    label = _labels(sums, entries)
    right = -(sums @ np.where(is_open, 0, lo))
    order = entries[np.argsort(label[sums.cells[entries]], kind="stable")]
    labels_in_order = label[sums.cells[order]]
    starts = np.flatnonzero(np.diff(labels_in_order, prepend=-1))
    for part in np.split(order, starts[1:]) if len(order) else []:
        cells, columns = np.unique(sums.cells[part], return_inverse=True)
        rows, lines = np.unique(sums.rows[part], return_inverse=True)
        inner = Sums(lines, columns, sums.signs[part], len(rows), len(cells))
        yield _Component(cells, inner, right[rows])


def _labels(sums: Sums, entries: Integers) -> Integers:
    """Of each cell the least cell that it hangs together with, through the sums of `entries`."""
    rows, cells = sums.rows[entries], sums.cells[entries]
    label = np.arange(sums.width)
    while True:
        least = np.full(sums.count, sums.width)
        np.minimum.at(least, rows, label[cells])
        nearer = label.copy()
        np.minimum.at(nearer, cells, least[rows])
        nearer = nearer[nearer]  # a label is a cell, whose own label is as good or better
        if (nearer == label).all():
            return label
        label = nearer


def audit(
    tables: Tables, targets: Integers | None = None, need: Integers | None = None, seed: int = 0
) -> tuple[Integers, Integers, int]:
    """(lo, hi, number of linear programs): the interval of each target cell, by default of all.

    Without `need` the intervals are those of an attacker who solves linear programs. Where the sums
    are a tree or a two-way table no attacker does better; elsewhere one who also uses that people
    are whole may. With `need` (least width of each cell) the audit only certifies: two solutions
    that are `need` apart in a cell end the search for it, and serve as witnesses for all others.
    An interval that is wide enough is then an inner one, and one that is too narrow an outer or the
    exact one. `seed` draws the first witnesses, and changes no verdict. Cells that are not targets
    come back as propagation leaves them. Raises ContradictionError.
    """
    lo, hi = propagate(tables)
    found_lo, found_hi = lo.copy(), hi.copy()
    is_target = np.full(len(lo), targets is None)
    if targets is not None:
        is_target[targets] = True
    if need is not None:
        is_target &= hi - lo >= need  # the others are narrower already
    random, runs = np.random.default_rng(seed), 0
    for part in _components(tables.sums, lo, hi):
        wanted = np.flatnonzero(is_target[part.cells])
        if part.is_tree or not len(wanted):
            continue
        search = _Search(part, lo[part.cells], hi[part.cells])
        try:
            if need is not None:
                search.draw_witnesses(random)
            for cell in wanted:
                at = part.cells[cell]
                width = None if need is None else int(need[at])
                found_lo[at], found_hi[at] = search.interval(int(cell), width)
        except NoSolutionError as error:
            raise ContradictionError("what is published contradicts itself") from error
        runs += search.program.runs
    return found_lo, found_hi, runs


class _Search:
    """The intervals of the cells of one component, and the extremes of all solutions seen."""

    def __init__(self, part: _Component, lo: Integers, hi: Integers) -> None:
        self.program = LinearProgram(
            part.sums, part.right, lo.astype(np.float64), hi.astype(np.float64)
        )
        self._least = np.full(len(lo), np.inf)
        self._most = np.full(len(lo), -np.inf)

    def _solve(self, cost: Floats) -> None:
        solution = self.program.solve(cost)
        np.minimum(self._least, solution, out=self._least)
        np.maximum(self._most, solution, out=self._most)

    def draw_witnesses(self, random: np.random.Generator) -> None:
        for _ in range(_WITNESSES):
            cost = random.normal(size=len(self._least))
            self._solve(cost)
            self._solve(-cost)

    def interval(self, cell: int, need: int | None) -> tuple[int, int]:
        """Exact, or from witnesses as soon as these are `need` apart."""
        low, high = self._seen(cell)
        if need is None or high - low < need:
            cost = np.zeros(len(self._least))
            cost[cell] = 1
            self._solve(cost)
            self._solve(-cost)
            low, high = self._seen(cell)
        return int(low), int(high)

    def _seen(self, cell: int) -> tuple[float, float]:
        """A vertex may be a fraction; the people in a cell are whole."""
        return (
            float(np.ceil(self._least[cell] - _TOLERANCE)),
            float(np.floor(self._most[cell] + _TOLERANCE)),
        )
