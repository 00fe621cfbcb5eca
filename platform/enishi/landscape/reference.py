"""The reference engine: every pass in plain NumPy, short enough to check by reading.

It is what runs where numba is missing (named "reference" in the output) and what the tests compare
the compiled kernels with. All sums are 64-bit.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from enishi.landscape.engine import Codes, Floats, Integers, Offsets, Settled
from enishi.landscape.kmeans import MOST_STEPS, greatest_move

CHUNK = 65_536  # rows or points at a time: bounds the memory, not the answer


class ReferenceEngine:
    name = "reference"

    def sort_votes(
        self, participant: Any, statement: Any, vote: Any, shape: tuple[int, int]
    ) -> tuple[Offsets, Codes]:
        people, statements = shape
        order = np.lexsort(
            (statement, participant)
        )  # stable: equal pairs stay in the order they were cast
        row, column = participant[order], statement[order]
        last = np.ones(len(order), bool)
        last[:-1] = (row[1:] != row[:-1]) | (column[1:] != column[:-1])
        kind: Any = np.uint16 if 3 * statements <= 65_535 else np.uint32
        codes = (3 * column[last].astype(np.int64) + vote[order][last] + 1).astype(kind)
        lengths = np.bincount(row[last], minlength=people)
        return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64), codes

    def count_votes(self, codes: Codes, statements: int) -> Integers:
        return np.bincount(codes, minlength=3 * statements).astype(np.int64).reshape(statements, 3)

    def gram(
        self, offsets: Offsets, codes: Codes, deviations: Floats, *, single: bool
    ) -> "ReferenceGram":
        del single  # always 64-bit
        return ReferenceGram(offsets, codes, deviations)

    def project(
        self, offsets: Offsets, codes: Codes, table: Floats, zeroed: npt.NDArray[np.bool_]
    ) -> Floats:
        by_code = np.repeat(zeroed, 3).astype(np.int64)
        places = np.empty((len(offsets) - 1, 2))
        for rows, local, mine in _chunks(offsets, codes):
            sums = _row_sums(local, table[mine])
            voted = (
                np.diff(local) + int(zeroed.sum()) - _row_sums(local, by_code[mine][:, None])[:, 0]
            )
            places[rows] = np.sqrt(len(zeroed) / np.maximum(voted, 1))[:, None] * sums
        return places

    def count_groups(
        self, offsets: Offsets, codes: Codes, labels: npt.NDArray[np.int32], shape: tuple[int, int]
    ) -> Integers:
        groups, statements = shape
        counts = np.zeros(groups * 3 * statements, np.int64)
        for rows, local, mine in _chunks(offsets, codes):
            group = np.repeat(labels[rows].astype(np.int64), np.diff(local))
            kept = group >= 0
            cell = group[kept] * (3 * statements) + mine[kept]
            counts += np.bincount(cell, minlength=len(counts))
        return counts.reshape(groups, statements, 3)

    def points(self, places: Floats) -> "ReferencePoints":
        return ReferencePoints(places)

    def distance_sums(self, places: Floats, starts: Integers) -> Floats:
        sums = np.empty((len(places), len(starts) - 1))
        for first in range(0, len(places), 500):
            mine = places[first : first + 500]
            distances = np.sqrt(((mine[:, None, :] - places[None, :, :]) ** 2).sum(2))
            sums[first : first + 500] = np.add.reduceat(distances, starts[:-1], axis=1)
        return sums

    def settle(self, places: Floats, weights: Floats, start: Floats, still: float) -> Settled:
        centres = start
        for step in range(1, MOST_STEPS + 1):
            labels = ((places[:, None, :] - centres[None, :, :]) ** 2).sum(2).argmin(1)
            columns = (weights * places[:, 0], weights * places[:, 1], weights)
            sums = np.column_stack([np.bincount(labels, w, len(centres)) for w in columns])
            kept = sums[:, 2] > 0
            moved = sums[kept, :2] / sums[kept, 2:]
            if step == MOST_STEPS or (kept.all() and greatest_move(centres, moved) < still):
                break
            centres = moved
        return (np.cumsum(kept) - 1)[labels].astype(np.int32), moved

    def bridge(
        self,
        offsets: Offsets,
        codes: Codes,
        tables: tuple[Floats, Floats],
        ridge: tuple[float, float],
    ) -> tuple[Floats, Floats]:
        people = np.zeros((len(offsets) - 1, 2))
        sums = np.zeros((len(tables[0]), 4))
        for rows, local, mine in _chunks(offsets, codes):
            counts = ~np.isnan(tables[0][mine])
            rest, factor = (
                np.where(counts, tables[0][mine], 0.0),
                np.where(counts, tables[1][mine], 0.0),
            )
            terms = np.column_stack([counts, factor, factor**2, rest, rest * factor])
            n, f, ff, r, rf = _row_sums(local, terms).T
            a, b = n + ridge[0], ff + ridge[1]
            solved = np.column_stack([r * b - f * rf, a * rf - f * r]) / (a * b - f * f)[:, None]
            people[rows] = np.where(n[:, None] > 0, solved, 0.0)
            intercept, own = np.repeat(people[rows], np.diff(local), axis=0).T
            for k, term in enumerate((own, own**2, intercept, intercept * own)):
                sums[:, k] += np.bincount(mine, weights=term, minlength=len(sums))
        return people, sums


class ReferenceGram:
    def __init__(self, offsets: Offsets, codes: Codes, deviations: Floats) -> None:
        self._offsets, self._codes, self._deviations = offsets, codes, deviations

    def __call__(self, block: Floats) -> Floats:
        table = (self._deviations[:, :, None] * block[:, None, :]).reshape(-1, block.shape[1])
        sums = np.zeros_like(table)
        for _, local, mine in _chunks(self._offsets, self._codes):
            scores = np.repeat(_row_sums(local, table[mine]), np.diff(local), axis=0)
            for k in range(block.shape[1]):
                sums[:, k] += np.bincount(mine, weights=scores[:, k], minlength=len(sums))
        product: Floats = (self._deviations[:, :, None] * sums.reshape(len(block), 3, -1)).sum(1)
        return product


class ReferencePoints:
    """Brute force: every point against every centre."""

    def __init__(self, places: Floats) -> None:
        self.places = places

    def step(self, centres: Floats) -> Floats:
        labels = self.labels(centres)
        columns = (self.places[:, 0], self.places[:, 1], None)
        return np.column_stack(
            [np.bincount(labels, weights=w, minlength=len(centres)) for w in columns]
        )

    def labels(self, centres: Floats) -> npt.NDArray[np.int32]:
        labels = np.empty(len(self.places), np.int32)
        for start in range(0, len(labels), CHUNK):
            mine = self.places[start : start + CHUNK]
            distances = ((mine[:, None, :] - centres[None, :, :]) ** 2).sum(2)
            labels[start : start + CHUNK] = distances.argmin(1)
        return labels


def _chunks(offsets: Offsets, codes: Codes) -> Any:
    """(rows, their offsets from 0, their codes), a bounded number of rows at a time."""
    people = len(offsets) - 1
    for start in range(0, people, CHUNK):
        stop = min(start + CHUNK, people)
        local = offsets[start : stop + 1]
        yield slice(start, stop), local - local[0], codes[local[0] : local[-1]].astype(np.int64)


def _row_sums(offsets: Offsets, values: npt.NDArray[Any]) -> Floats:
    # reduceat gives the next row's first value for an empty row, so empty rows are filled in by
    # hand
    sums = np.zeros((len(offsets) - 1, values.shape[1]))
    filled = np.diff(offsets) > 0
    if filled.any():
        sums[filled] = np.add.reduceat(values, offsets[:-1][filled], axis=0)
    return sums
