"""The compiled engine: runs the kernels over fixed parts of the data on several threads."""

from typing import Any

import numpy as np
import numpy.typing as npt

from enishi.landscape.compiled import point_kernels, vote_kernels
from enishi.landscape.compiled.grid import GridPoints
from enishi.landscape.engine import (
    BLOCK_COLUMNS,
    Codes,
    Floats,
    Integers,
    LabelsAndCentres,
    Offsets,
)
from enishi.landscape.kmeans import MAX_ITERATIONS
from enishi.landscape.threads import part_count, run_parts

BUCKET_VOTES = 131_072  # a bucket of votes and its scratch arrays fit into a core's cache
VOTES_PER_THREAD = 50_000  # below this a thread costs more than it saves


def split_rows(offsets: Offsets, parts: int) -> Integers:
    """The edges of row ranges with about equally many votes: (parts + 1,)."""
    targets = [int(offsets[-1]) * t // parts for t in range(1, parts)]
    inner = np.searchsorted(offsets, targets)
    return np.concatenate([[0], inner, [len(offsets) - 1]]).astype(np.int64)


class CompiledEngine:
    name = "compiled"

    def __init__(self, threads: int) -> None:
        self.threads = threads

    def sort_votes(
        self, participant: Any, statement: Any, vote: Any, shape: tuple[int, int]
    ) -> tuple[Offsets, Codes]:
        participants, statements = shape
        count = len(participant)
        kind: Any = np.uint16 if 3 * statements <= 65_535 else np.uint32
        if count == 0:
            return np.zeros(participants + 1, np.int64), np.zeros(0, kind)
        width = max(1, BUCKET_VOTES * participants // count)
        shift = min(16, width.bit_length() - 1)
        buckets = ((participants - 1) >> shift) + 1
        chunks = min(8, part_count(count))
        edges = [count * t // chunks for t in range(chunks + 1)]
        counts = np.zeros((chunks, buckets), np.int64)

        def count_chunks(first: int, last: int) -> None:
            for t in range(first, last):
                vote_kernels.count_buckets(participant, shift, edges[t], edges[t + 1], counts[t])

        run_parts(count_chunks, chunks, self.threads)
        starts = np.concatenate([[0], np.cumsum(counts.sum(0))]).astype(np.int64)
        slots = starts[:-1] + np.cumsum(counts, 0) - counts
        low = np.empty(count, np.uint16)
        codes = np.empty(count, kind)

        def fill_chunks(first: int, last: int) -> None:
            for t in range(first, last):
                span = (edges[t], edges[t + 1])
                vote_kernels.fill_buckets(
                    participant, statement, vote, shift, *span, slots[t], low, codes
                )

        run_parts(fill_chunks, chunks, self.threads)
        offsets = np.zeros(participants + 1, np.int64)
        run_parts(
            lambda a, b: vote_kernels.sort_buckets(
                a, b, starts, shift, low, codes, offsets, statements
            ),
            buckets,
            self.threads,
        )
        np.cumsum(offsets, out=offsets)
        return offsets, _close_gaps(codes, starts, offsets[:: 1 << shift], int(offsets[-1]))

    def count_votes(self, codes: Codes, statements: int) -> Integers:
        workers = min(self.threads, max(1, len(codes) // VOTES_PER_THREAD))
        counts = np.zeros((workers, 4, 3 * statements), np.int64)
        edges = [len(codes) * t // workers for t in range(workers + 1)]

        def count(first: int, last: int) -> None:
            for t in range(first, last):
                vote_kernels.count_codes(codes, edges[t], edges[t + 1], counts[t])

        run_parts(count, workers, self.threads)
        return counts.sum((0, 1)).reshape(statements, 3)

    def gram(
        self, offsets: Offsets, codes: Codes, deviations: Floats, *, single_precision: bool
    ) -> "CompiledGram":
        kind = np.float32 if single_precision else np.float64
        return CompiledGram(offsets, codes, deviations, kind, self.threads)

    def project(
        self, offsets: Offsets, codes: Codes, table: Floats, zeroed: npt.NDArray[np.bool_]
    ) -> Floats:
        places = np.empty((len(offsets) - 1, 2))
        zeroed_by_code = np.repeat(zeroed, 3).astype(np.int64)
        statements = len(zeroed)
        self._run_rows(
            offsets,
            lambda a, b: vote_kernels.project(
                offsets, codes, a, b, table, zeroed_by_code, int(zeroed.sum()), statements, places
            ),
        )
        return places

    def count_groups(
        self, offsets: Offsets, codes: Codes, labels: npt.NDArray[np.int32], shape: tuple[int, int]
    ) -> Integers:
        groups, statements = shape
        edges = split_rows(offsets, min(self.threads, max(1, len(codes) // VOTES_PER_THREAD)))
        counts = np.zeros((len(edges) - 1, groups, 3 * statements), np.int32)

        def count(first: int, last: int) -> None:
            for t in range(first, last):
                vote_kernels.count_groups(offsets, codes, labels, edges[t], edges[t + 1], counts[t])

        run_parts(count, len(edges) - 1, self.threads)
        return counts.sum(0, dtype=np.int64).reshape(groups, statements, 3)

    def points(self, places: Floats) -> GridPoints:
        return GridPoints(places, self.threads)

    def distance_sums(self, places: Floats, starts: Integers) -> Floats:
        sums = np.empty((len(places), len(starts) - 1))
        x, y = np.ascontiguousarray(places[:, 0]), np.ascontiguousarray(places[:, 1])
        run_parts(
            lambda a, b: point_kernels.distance_sums(x, y, starts, a, b, sums),
            len(places),
            self.threads,
        )
        return sums

    def weighted_kmeans(
        self, places: Floats, weights: Floats, start: Floats, tolerance: float
    ) -> LabelsAndCentres:
        labels, centres, kept = point_kernels.weighted_kmeans(
            np.ascontiguousarray(places), weights, start.copy(), tolerance, MAX_ITERATIONS
        )
        return (np.cumsum(kept) - 1)[labels].astype(np.int32), centres[kept]

    def fit_participants(
        self,
        offsets: Offsets,
        codes: Codes,
        tables: tuple[Floats, Floats],
        ridge: tuple[float, float],
    ) -> tuple[Floats, Floats]:
        parts = part_count(len(codes))
        edges = split_rows(offsets, parts)
        fitted = np.empty((len(offsets) - 1, 2))
        is_unused = np.isnan(tables[0])
        residual, factor = (np.where(is_unused, 0.0, table) for table in tables)
        terms = np.stack([factor, factor**2, residual, residual * factor], axis=1)
        unused = is_unused.astype(np.int64) if is_unused.any() else np.zeros(0, np.int64)
        sums = np.zeros((parts, len(residual), 4))
        run_parts(
            lambda a, b: vote_kernels.fit_participants(
                offsets, codes, edges, a, b, terms, unused, ridge, fitted, sums
            ),
            parts,
            self.threads,
        )
        return fitted, sums.sum(0)

    def _run_rows(self, offsets: Offsets, work: Any) -> None:
        workers = min(self.threads, max(1, int(offsets[-1]) // VOTES_PER_THREAD))
        edges = split_rows(offsets, workers)
        run_parts(lambda a, b: work(edges[a], edges[b]), len(edges) - 1, self.threads)


def _close_gaps(codes: Codes, starts: Integers, kept: Integers, total: int) -> Codes:
    """Move the buckets together: repeated votes that were dropped left gaps at their ends."""
    if total == len(codes):
        return codes
    ends = np.append(kept[1:], total)
    for source, target, end in zip(starts.tolist(), kept.tolist(), ends.tolist(), strict=False):
        codes[target:end] = codes[source : source + end - target]
    return codes[:total]


class CompiledGram:
    """See engine.Gram. Each part has its own table of sums; they are added in part order."""

    def __init__(
        self, offsets: Offsets, codes: Codes, deviations: Floats, kind: Any, threads: int
    ) -> None:
        parts = part_count(len(codes))
        self._offsets, self._codes, self._deviations = offsets, codes, deviations
        self._edges = split_rows(offsets, parts)
        self._table = np.empty((3 * len(deviations), BLOCK_COLUMNS), kind)
        self._sums = np.zeros((parts, 3 * len(deviations), BLOCK_COLUMNS), kind)
        self._threads = threads

    def __call__(self, block: Floats) -> Floats:
        statements = len(block)
        product = np.empty((statements, BLOCK_COLUMNS))
        vote_kernels.fill_table(self._deviations, block, 0, statements, self._table)
        run_parts(
            lambda a, b: vote_kernels.sweep(
                self._offsets, self._codes, self._edges, a, b, self._table, self._sums
            ),
            len(self._sums),
            self._threads,
        )
        run_parts(
            lambda a, b: vote_kernels.reduce_parts(self._deviations, self._sums, a, b, product),
            statements,
            self._threads if self._sums.size > 200_000 else 1,
        )
        return product
