"""Noise, rounding and audit of national tables, and HiGHS kept warm beside scipy's.

The table that is audited is the hardest that the site has: one figure by municipality, prefecture
and nation, for thirteen months and their total, withheld below ten.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import coo_array
from tests.bench.model import BenchRow

from enishi.disclosure import audit
from enishi.disclosure.linear_program import LinearProgram
from enishi.disclosure.noise import spread, stock_noise
from enishi.disclosure.rounding import printed
from enishi.disclosure.sums import Sums, sums_of
from enishi.disclosure.suppress import as_published
from enishi.places import queries as places
from enishi.places.figures import shipped
from enishi.places.gazetteer import gazetteer
from enishi.places.schemas import PlaceKind

PEOPLE, MONTHS, K = 100_000, 13, 10
KEY, SIGMA, SMALL, PERIODS = bytes(32), 3.0, 20, 60
T = TypeVar("T")
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Nation:
    """Municipalities with people, and the prefecture (0 ... 46) of each."""

    names: list[str]
    people: Integers
    prefecture: Integers

    @property
    def pairs(self) -> list[tuple[int, list[int]]]:
        """Nation (cell 0), prefectures (1 ... 47) and municipalities, as parent and children."""
        below = [(48 + np.flatnonzero(self.prefecture == each)).tolist() for each in range(47)]
        return [(0, list(range(1, 48))), *((1 + each, below[each]) for each in range(47))]

    def with_parents(self, leaves: Integers) -> Integers:
        """From (municipalities, n) to (48 + municipalities, n)."""
        upper = np.zeros((47, leaves.shape[1]), dtype=np.int64)
        np.add.at(upper, self.prefecture, leaves)
        return np.concatenate([upper.sum(axis=0, keepdims=True), upper, leaves])


def rows(*, full: bool) -> Iterator[BenchRow]:
    nation = _nation()
    by_month = _by_month(nation)
    yield from _release(nation, by_month.sum(axis=1))
    values, sums = _months(nation, nation.with_parents(by_month))
    hidden = _withheld(values, sums)
    small = (values > 0) & (values < K)
    tables = as_published(values, hidden, sums, int(values.max()) + 1)
    (lo, hi, runs), took = _timed(
        lambda: audit.audit(tables, np.flatnonzero(small), np.where(small, K, 0))
    )
    narrow = int((small & (hi - lo < K)).sum())
    yield BenchRow(
        f"disclosure: audit of {len(values):,} cells of {MONTHS} months, {PEOPLE:,} people",
        took,
        "s",
        "10 s",
        took / 10,
        f"{sums.count:,} sums, {small.sum():,} cells below {K}, {runs:,} LPs, {narrow} too narrow",
    )
    yield _against_scipy(tables, small)


def _nation() -> Nation:
    places.load()
    found = [
        (place.code, shipped().classes[place.code].total, int(place.prefecture_code[:2]) - 1)
        for place in gazetteer().by_code.values()
        if place.kind not in {PlaceKind.PREFECTURE, PlaceKind.WARD}
        and place.valid_to is None
        and place.code in shipped().classes
    ]
    return Nation(
        [f"relation.people|place={code}" for code, _, _ in found],
        np.array([people for _, people, _ in found]),
        np.array([prefecture for _, _, prefecture in found]),
    )


def _by_month(nation: Nation) -> Integers:
    """New ties by place and month: many to a few hosts, the others by the root of the people."""
    random = np.random.default_rng(4)
    hosts = np.zeros(len(nation.people))
    hosts[random.choice(len(hosts), 40, replace=False)] = 1 / (np.arange(40) % 11 + 2)
    others = np.sqrt(nation.people)
    chance = 0.45 * hosts / hosts.sum() + 0.55 * others / others.sum()
    counts = np.zeros((len(hosts), MONTHS), dtype=np.int64)
    place = random.choice(len(hosts), PEOPLE // 2, p=chance)
    np.add.at(counts, (place, random.integers(0, MONTHS, len(place))), 1)
    return counts


def _months(nation: Nation, columns: Integers) -> tuple[Integers, Sums]:
    """The cells of all months and their total, one column after the other, with all sums."""
    height = len(columns)
    values = np.concatenate([columns, columns.sum(axis=1, keepdims=True)], axis=1)
    parents = [
        (month * height + parent, [month * height + child for child in children])
        for month in range(MONTHS + 1)
        for parent, children in nation.pairs
    ]
    parents += [
        (MONTHS * height + cell, [month * height + cell for month in range(MONTHS)])
        for cell in range(height)
    ]
    flat = values.T.ravel()
    return flat, sums_of(parents, len(flat))


def _withheld(values: Integers, sums: Sums) -> npt.NDArray[np.bool_]:
    """Cells of 1 ... 9, and the cheapest beside them until no sum hides one alone or too few."""
    hidden = (values > 0) & (values < K)
    members = sums.members()
    while True:
        alone = np.bincount(sums.rows, hidden[sums.cells], sums.count)
        people = np.bincount(sums.rows, (hidden * values)[sums.cells], sums.count)
        before = int(hidden.sum())
        for row in np.flatnonzero((alone == 1) | ((alone > 0) & (people < 2 * K))):
            pool = members[row][~hidden[members[row]] & (values[members[row]] > 0)]
            if len(pool):
                hidden[pool[np.argmin(values[pool])]] = True
        if int(hidden.sum()) == before:
            return hidden


def _release(nation: Nation, leaves: Integers) -> Iterator[BenchRow]:
    """A month of places as it is released, and what is audited before: it and the one before."""
    values = nation.with_parents(leaves[:, None])[:, 0]
    sums = sums_of(nation.pairs, len(values))
    names = ["nation", *map(str, range(47)), *nation.names]
    noise, took = _timed(lambda: stock_noise(KEY, names, PERIODS, SIGMA))
    yield BenchRow(f"disclosure: noise of {len(names):,} cells, {PERIODS} periods", took, "s")
    shown, took = _timed(lambda: printed(values + noise, sums, SIGMA, small=SMALL, fixed=[0]))
    yield BenchRow(f"disclosure: {len(names):,} cells rounded to a table that adds up", took, "s")
    before = printed(
        values + stock_noise(KEY, names, PERIODS - 1, SIGMA), sums, SIGMA, small=SMALL, fixed=[0]
    )
    union = _both(sums, [before, shown])
    wide = np.full(union.sums.width, K)
    (_, _, runs), took = _timed(lambda: audit.audit(union, np.arange(2 * len(names)), wide))
    yield BenchRow(
        f"disclosure: audit of two releases and their change, {union.sums.width:,} cells",
        took,
        "s",
        note=f"{runs:,} LPs",
    )


def _both(sums: Sums, tables: list[Integers]) -> audit.Tables:
    """Two releases of one table, and the change of each cell, of which at most 100 are believed."""
    width = sums.width
    copies = [copy * np.array([sums.count, width]) for copy in range(2)]
    rows_ = [sums.rows + rows for rows, _ in copies]
    cells = [sums.cells + cells for _, cells in copies]
    cell = np.arange(width)
    change = 2 * sums.count + cell
    union = Sums(
        np.concatenate([*rows_, change, change, change]),
        np.concatenate([*cells, width + cell, cell, 2 * width + cell]),
        np.concatenate([sums.signs, sums.signs, -np.ones(width), np.ones(2 * width)]).astype(
            np.int64
        ),
        2 * sums.count + width,
        3 * width,
    )
    bounds = [audit.believed(each, SMALL, SIGMA * spread(PERIODS)) for each in tables]
    far = np.full(width, 100)
    return audit.Tables(
        union,
        np.concatenate([bounds[0][0], bounds[1][0], -far]),
        np.concatenate([bounds[0][1], bounds[1][1], far]),
    )


def _against_scipy(tables: audit.Tables, small: npt.NDArray[np.bool_]) -> BenchRow:
    """Exact intervals of cells of the largest component, with a kept model and with a new one."""
    lo, hi = audit.propagate(tables)
    part = max(audit._components(tables.sums, lo, hi), key=lambda each: len(each.cells))
    wanted = np.flatnonzero(small[part.cells])
    wanted = wanted[np.linspace(0, len(wanted) - 1, 50).astype(np.int64)]
    bounds = lo[part.cells].astype(float), hi[part.cells].astype(float)
    warm, warm_took = _timed(lambda: _warm(part, bounds, wanted))
    sums = part.sums
    matrix = coo_array(
        (sums.signs, (sums.rows, sums.cells)), shape=(sums.count, sums.width)
    ).tocsr()

    def new(cell: int, sign: int) -> float:
        cost = np.zeros(sums.width)
        cost[cell] = sign
        solved: Any = linprog(cost, A_eq=matrix, b_eq=part.right, bounds=np.column_stack(bounds))
        return float(sign * solved.fun)

    few = wanted[::10]
    cold, cold_took = _timed(lambda: [(new(cell, 1), new(cell, -1)) for cell in few])
    if not np.allclose(cold, warm[::10], atol=1e-4):
        raise AssertionError("the two solvers differ")
    each, theirs = warm_took / len(wanted) / 2, cold_took / len(few) / 2
    return BenchRow(
        f"disclosure: one LP of {sums.width:,} cells, kept and started from the last one",
        each * 1000,
        "ms",
        f"scipy.optimize.linprog, a new model each time ({theirs * 1000:.3g} ms)",
        each / theirs,
        f"{theirs / each:.1f} times as fast",
    )


def _warm(part: Any, bounds: Any, wanted: Integers) -> list[tuple[float, float]]:
    program = LinearProgram(part.sums, part.right, *bounds)
    found = []
    for cell in wanted:
        cost = np.zeros(part.sums.width)
        cost[cell] = 1
        found.append((float(program.solve(cost)[cell]), float(program.solve(-cost)[cell])))
    return found


def _timed(run: Callable[[], T]) -> tuple[T, float]:
    """What it gives, and its processor time: others work on the same machine."""
    started = time.process_time()
    found = run()
    return found, time.process_time() - started
