"""Points of the compiled engine, sorted by the cells of a grid."""

from typing import Any

import numpy as np
import numpy.typing as npt

from enishi.landscape.compiled import point_kernels
from enishi.landscape.engine import Floats, Integers
from enishi.landscape.threads import run_parts

SINGLE_THREAD_POINTS = 20_000  # below this a thread costs more than it saves
ASSIGNMENT_PARTS = 16


class GridPoints:
    """See engine.Points. The points are sorted by the cells of a grid (blocks of 16 x 16 cells).

    The last centres, and which of them each cell belongs to, are kept for the next ones. So two
    threads must not use the same points at once.
    """

    def __init__(self, places: Floats, threads: int) -> None:
        count = len(places)
        self.places = places
        self._threads = threads if count > SINGLE_THREAD_POINTS else 1
        side = 16 * int(np.clip(np.sqrt(count / 8) / 16, 1, 32))
        # By column: NumPy takes 20 times as long for both columns at once.
        low, high = (np.array([f(column) for column in places.T]) for f in (np.min, np.max))
        scale = side / np.maximum(high - low, 1e-300)
        cells = np.empty(count, np.int32)
        self._run(
            count, lambda a, b: point_kernels.find_cells(places, low, scale, side, a, b, cells)
        )
        self._starts, self._ordered, self._order = self._sorted(cells, side * side)
        self._boxes = np.empty((side * side, 4))
        totals = np.empty((side * side, 2))
        self._run(
            side * side,
            lambda a, b: point_kernels.measure_cells(
                self._ordered, self._starts, a, b, self._boxes, totals
            ),
        )
        blocks = _occupied_blocks(self._boxes, self._starts)
        self._grid = (self._ordered, self._starts, blocks, self._boxes, totals)
        self._extent = float(max(np.abs(low).max(), np.abs(high).max()))
        self._centres = np.empty((0, 2))
        self._near = np.zeros((len(blocks), 1), np.int64)
        self._owner, self._slack = np.empty(side * side, np.int64), np.empty(side * side)

    def cluster_sums(self, centres: Floats) -> Floats:
        return self._assign(centres, np.empty(0, np.int32))

    def labels(self, centres: Floats) -> npt.NDArray[np.int32]:
        ordered = np.empty(len(self._order), np.int32)
        self._assign(centres, ordered)
        labels = np.empty_like(ordered)
        self._run(
            len(labels),
            lambda a, b: point_kernels.to_original_order(self._order, ordered, a, b, labels),
        )
        return labels

    def _assign(self, centres: Floats, labels: npt.NDArray[np.int32]) -> Floats:
        shifts = self._shifts(centres)
        guard = 1e-12 * max(self._extent, float(np.abs(centres).max()))
        sums = np.empty((ASSIGNMENT_PARTS, len(centres), 3))
        kept = (sums, self._near, self._owner, self._slack, labels)
        run_parts(
            lambda a, b: point_kernels.assign(
                self._grid, centres, shifts, guard, ASSIGNMENT_PARTS, a, b, *kept
            ),
            ASSIGNMENT_PARTS,
            self._threads,
        )
        total: Floats = sums.sum(0)
        return total

    def _shifts(self, centres: Floats) -> Floats:
        """How far the centres have moved; as many as never before begin with every cell anew."""
        before, self._centres = self._centres, centres.copy()
        if before.shape != centres.shape:
            # Without a centre near it, each block sees a new one.
            self._near = np.zeros((len(self._near), len(centres) + 1), np.int64)
            return np.zeros(len(centres))
        return np.asarray(np.sqrt(((centres - before) ** 2).sum(1)) * (1 + 1e-12))

    def _sorted(
        self, cells: npt.NDArray[np.int32], size: int
    ) -> tuple[Integers, Floats, npt.NDArray[np.int32]]:
        """A stable counting sort: where each cell starts, the points in its order, their places."""
        count = len(cells)
        edges = [count * t // self._threads for t in range(self._threads + 1)]
        counts = np.zeros((self._threads, size), np.int64)
        ordered, order = np.empty((count, 2)), np.empty(count, np.int32)

        def count_part(first: int, last: int) -> None:
            for t in range(first, last):
                point_kernels.count_cells(cells, edges[t], edges[t + 1], counts[t])

        run_parts(count_part, self._threads, self._threads)
        starts = np.concatenate([[0], np.cumsum(counts.sum(0))]).astype(np.int64)
        slots = starts[:-1] + np.cumsum(counts, 0) - counts

        def sort_part(first: int, last: int) -> None:
            for t in range(first, last):
                point_kernels.sort_points(
                    self.places, cells, edges[t], edges[t + 1], slots[t], ordered, order
                )

        run_parts(sort_part, self._threads, self._threads)
        return starts, ordered, order

    def _run(self, size: int, work: Any) -> None:
        run_parts(work, size, self._threads)


def _occupied_blocks(boxes: Floats, starts: Integers) -> Floats:
    """The blocks that have points: number and bounding box of each, (b, 5)."""
    by_block = boxes.reshape(-1, 256, 4)
    found = np.flatnonzero(starts[256::256] > starts[:-1:256])
    kept = by_block[found]
    return np.column_stack(
        [
            found,
            kept[:, :, 0].min(1),
            kept[:, :, 1].max(1),
            kept[:, :, 2].min(1),
            kept[:, :, 3].max(1),
        ]
    )
