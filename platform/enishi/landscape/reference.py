"""The reference engine: every pass in plain NumPy, short enough to be checked by reading.

It runs where numba is not installed (outputs then name "reference"), and the tests compare the
compiled kernels with it. All sums are 64-bit.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from enishi.landscape.engine import Codes, Floats, Integers, LabelsAndCentres, Offsets
from enishi.landscape.kmeans import MAX_ITERATIONS, largest_shift

CHUNK = 65_536  # rows or points at a time: bounds the memory, does not change the result


class ReferenceEngine:
    name = "reference"

    def sort_votes(
        self, participant: Any, statement: Any, vote: Any, shape: tuple[int, int]
    ) -> tuple[Offsets, Codes]:
        participants, statements = shape
        # A stable sort: repeated pairs stay in the order they were cast.
        order = np.lexsort((statement, participant))
        row, column = participant[order], statement[order]
        last = np.ones(len(order), bool)
        last[:-1] = (row[1:] != row[:-1]) | (column[1:] != column[:-1])
        kind: Any = np.uint16 if 3 * statements <= 65_535 else np.uint32
        codes = (3 * column[last].astype(np.int64) + vote[order][last] + 1).astype(kind)
        lengths = np.bincount(row[last], minlength=participants)
        return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64), codes

    def count_votes(self, codes: Codes, statements: int) -> Integers:
        return np.bincount(codes, minlength=3 * statements).astype(np.int64).reshape(statements, 3)

    def gram(
        self, offsets: Offsets, codes: Codes, deviations: Floats, *, single_precision: bool
    ) -> "ReferenceGram":
        del single_precision  # always 64-bit
        return ReferenceGram(offsets, codes, deviations)

    def project(
        self, offsets: Offsets, codes: Codes, table: Floats, zeroed: npt.NDArray[np.bool_]
    ) -> Floats:
        zeroed_by_code = np.repeat(zeroed, 3).astype(np.int64)[:, None]
        places = np.empty((len(offsets) - 1, 2))
        for rows, local, chunk in _chunks(offsets, codes):
            sums = _row_sums(local, table[chunk])
            on_zeroed = _row_sums(local, zeroed_by_code[chunk])[:, 0]
            voted = np.diff(local) + int(zeroed.sum()) - on_zeroed
            places[rows] = np.sqrt(len(zeroed) / np.maximum(voted, 1))[:, None] * sums
        return places

    def count_groups(
        self, offsets: Offsets, codes: Codes, labels: npt.NDArray[np.int32], shape: tuple[int, int]
    ) -> Integers:
        groups, statements = shape
        counts = np.zeros(groups * 3 * statements, np.int64)
        for rows, local, chunk in _chunks(offsets, codes):
            group = np.repeat(labels[rows].astype(np.int64), np.diff(local))
            grouped = group >= 0
            cell = group[grouped] * (3 * statements) + chunk[grouped]
            counts += np.bincount(cell, minlength=len(counts))
        return counts.reshape(groups, statements, 3)

    def points(self, places: Floats) -> "ReferencePoints":
        return ReferencePoints(places)

    def distance_sums(self, places: Floats, starts: Integers) -> Floats:
        sums = np.empty((len(places), len(starts) - 1))
        for first in range(0, len(places), 500):
            chunk = places[first : first + 500]
            distances = np.sqrt(((chunk[:, None, :] - places[None, :, :]) ** 2).sum(2))
            sums[first : first + 500] = np.add.reduceat(distances, starts[:-1], axis=1)
        return sums

    def weighted_kmeans(
        self, places: Floats, weights: Floats, start: Floats, tolerance: float
    ) -> LabelsAndCentres:
        centres = start
        for iteration in range(1, MAX_ITERATIONS + 1):
            labels = ((places[:, None, :] - centres[None, :, :]) ** 2).sum(2).argmin(1)
            columns = (weights * places[:, 0], weights * places[:, 1], weights)
            sums = np.column_stack([np.bincount(labels, w, len(centres)) for w in columns])
            kept = sums[:, 2] > 0
            moved = sums[kept, :2] / sums[kept, 2:]
            converged = kept.all() and largest_shift(centres, moved) < tolerance
            if iteration == MAX_ITERATIONS or converged:
                break
            centres = moved
        return (np.cumsum(kept) - 1)[labels].astype(np.int32), moved

    def fit_participants(
        self,
        offsets: Offsets,
        codes: Codes,
        tables: tuple[Floats, Floats],
        ridge: tuple[float, float],
    ) -> tuple[Floats, Floats]:
        participants = np.zeros((len(offsets) - 1, 2))
        sums = np.zeros((len(tables[0]), 4))
        for rows, local, chunk in _chunks(offsets, codes):
            used = ~np.isnan(tables[0][chunk])
            residual = np.where(used, tables[0][chunk], 0.0)
            factor = np.where(used, tables[1][chunk], 0.0)
            terms = np.column_stack([used, factor, factor**2, residual, residual * factor])
            n, f, ff, r, rf = _row_sums(local, terms).T
            a, b = n + ridge[0], ff + ridge[1]
            solved = np.column_stack([r * b - f * rf, a * rf - f * r]) / (a * b - f * f)[:, None]
            participants[rows] = np.where(n[:, None] > 0, solved, 0.0)
            intercept, own_factor = np.repeat(participants[rows], np.diff(local), axis=0).T
            by_vote = (own_factor, own_factor**2, intercept, intercept * own_factor)
            for k, term in enumerate(by_vote):
                sums[:, k] += np.bincount(chunk, weights=term, minlength=len(sums))
        return participants, sums


class ReferenceGram:
    def __init__(self, offsets: Offsets, codes: Codes, deviations: Floats) -> None:
        self._offsets, self._codes, self._deviations = offsets, codes, deviations

    def __call__(self, block: Floats) -> Floats:
        table = (self._deviations[:, :, None] * block[:, None, :]).reshape(-1, block.shape[1])
        sums = np.zeros_like(table)
        for _, local, chunk in _chunks(self._offsets, self._codes):
            scores = np.repeat(_row_sums(local, table[chunk]), np.diff(local), axis=0)
            for k in range(block.shape[1]):
                sums[:, k] += np.bincount(chunk, weights=scores[:, k], minlength=len(sums))
        product: Floats = (self._deviations[:, :, None] * sums.reshape(len(block), 3, -1)).sum(1)
        return product


class ReferencePoints:
    """Brute force: every point is compared with every centre."""

    def __init__(self, places: Floats) -> None:
        self.places = places

    def cluster_sums(self, centres: Floats) -> Floats:
        labels = self.labels(centres)
        columns = (self.places[:, 0], self.places[:, 1], None)
        return np.column_stack(
            [np.bincount(labels, weights=w, minlength=len(centres)) for w in columns]
        )

    def labels(self, centres: Floats) -> npt.NDArray[np.int32]:
        labels = np.empty(len(self.places), np.int32)
        for start in range(0, len(labels), CHUNK):
            chunk = self.places[start : start + CHUNK]
            distances = ((chunk[:, None, :] - centres[None, :, :]) ** 2).sum(2)
            labels[start : start + CHUNK] = distances.argmin(1)
        return labels


def _chunks(offsets: Offsets, codes: Codes) -> Iterator[tuple[slice, Offsets, Integers]]:
    """Yield (rows, their offsets from 0, their codes), at most CHUNK rows at a time."""
    participants = len(offsets) - 1
    for start in range(0, participants, CHUNK):
        stop = min(start + CHUNK, participants)
        local = offsets[start : stop + 1]
        yield slice(start, stop), local - local[0], codes[local[0] : local[-1]].astype(np.int64)


def _row_sums(offsets: Offsets, values: npt.NDArray[Any]) -> Floats:
    # For an empty row reduceat returns the first value of the next row, so only rows with votes
    # are passed to it.
    sums = np.zeros((len(offsets) - 1, values.shape[1]))
    filled = np.diff(offsets) > 0
    if filled.any():
        sums[filled] = np.add.reduceat(values, offsets[:-1][filled], axis=0)
    return sums
