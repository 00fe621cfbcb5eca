"""Compiled loops over points in the plane: exact Lloyd iterations on a grid, and silhouettes.

The grid saves distances without changing the result. If only one centre can be the nearest for a
cell's bounding box, the whole cell is assigned by its sums. Points of other cells are compared one
by one, and only with the centres that can be nearest to their cell.
"""

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def find_cells(points, low, scale, side, first, last, cells):
    """Find the cell of each point.

    Cells are numbered by blocks of 16 x 16, so that a block is one range of cells.
    """
    blocks = side // 16
    for i in range(first, last):
        a = min(max(int((points[i, 0] - low[0]) * scale[0]), 0), side - 1)
        b = min(max(int((points[i, 1] - low[1]) * scale[1]), 0), side - 1)
        block = (a // 16) * blocks + b // 16
        cells[i] = block * 256 + (a % 16) * 16 + b % 16


@njit(nogil=True, cache=True)
def count_cells(cells, first, last, counts):
    for i in range(first, last):
        counts[cells[i]] += 1


@njit(nogil=True, cache=True)
def sort_points(points, cells, first, last, slots, ordered, order):
    for i in range(first, last):
        slot = slots[cells[i]]
        slots[cells[i]] = slot + 1
        ordered[slot, 0] = points[i, 0]
        ordered[slot, 1] = points[i, 1]
        order[slot] = i


@njit(nogil=True, cache=True)
def measure_cells(ordered, starts, first, last, boxes, totals):
    """Compute bounding boxes and sums of the cells; an empty cell gets an inverted box.

    boxes (cells, 4) = low x, high x, low y, high y; totals (cells, 2).
    """
    for cell in range(first, last):
        box = boxes[cell]
        box[0] = np.inf
        box[1] = -np.inf
        box[2] = np.inf
        box[3] = -np.inf
        x = 0.0
        y = 0.0
        for p in range(starts[cell], starts[cell + 1]):
            x += ordered[p, 0]
            y += ordered[p, 1]
            box[0] = min(box[0], ordered[p, 0])
            box[1] = max(box[1], ordered[p, 0])
            box[2] = min(box[2], ordered[p, 1])
            box[3] = max(box[3], ordered[p, 1])
        totals[cell, 0] = x
        totals[cell, 1] = y


@njit(nogil=True, cache=True, inline="always")
def _candidates(box, centres, among, count, distances, candidates):
    """Of the first `count` centres in `among`: those that can be nearest to a point of the box.

    Their indices are written to `candidates` in the same order; returns how many there are.
    """
    bound = np.inf
    for u in range(count):
        x = centres[among[u], 0]
        y = centres[among[u], 1]
        near_x = max(0.0, box[0] - x, x - box[1])
        near_y = max(0.0, box[2] - y, y - box[3])
        distances[u] = near_x * near_x + near_y * near_y
        far_x = max(abs(box[0] - x), abs(x - box[1]))
        far_y = max(abs(box[2] - y), abs(y - box[3]))
        bound = min(bound, far_x * far_x + far_y * far_y)
    bound *= 1.0 + 1e-12  # rounding must not drop a centre at exactly the bound
    found = 0
    for u in range(count):
        if distances[u] <= bound:
            candidates[found] = among[u]
            found += 1
    return found


@njit(nogil=True, cache=True)
def _nearest(x, y, centres, candidates, count):
    """Of the first `count` candidates the nearest; of equally near ones the first."""
    best = np.inf
    nearest = candidates[0]
    for u in range(count):
        j = candidates[u]
        dx = x - centres[j, 0]
        dy = y - centres[j, 1]
        d = dx * dx + dy * dy
        if d < best:
            best = d
            nearest = j
    return nearest


@njit(nogil=True, cache=True)
def assign(ordered, starts, blocks, boxes, totals, centres, parts, first, last, sums, labels):
    """Assign each point to its nearest centre (of equally near ones, the first).

    sums (parts, k, 3): x, y, count. blocks (b, 5): block number and its bounding box.
    labels: int32 (n,) in the order of `ordered`, or empty when they are not wanted.
    Part t takes blocks t, t + parts, ...: neighbouring dense blocks then go to different parts.
    """
    k = len(centres)
    all_centres = np.arange(k)
    in_block = np.empty(k, np.int64)
    in_cell = np.empty(k, np.int64)
    distances = np.empty(k)
    labelled = len(labels) > 0
    for part in range(first, last):
        part_sums = sums[part]
        part_sums[:] = 0.0
        for b in range(part, len(blocks), parts):
            block = int(blocks[b, 0])
            n_block = _candidates(blocks[b, 1:], centres, all_centres, k, distances, in_block)
            for cell in range(block * 256, block * 256 + 256):
                begin = starts[cell]
                end = starts[cell + 1]
                if begin == end:
                    continue
                n_cell = _candidates(boxes[cell], centres, in_block, n_block, distances, in_cell)
                if n_cell == 1:
                    only = in_cell[0]
                    part_sums[only, 0] += totals[cell, 0]
                    part_sums[only, 1] += totals[cell, 1]
                    part_sums[only, 2] += end - begin
                    if labelled:
                        labels[begin:end] = only
                    continue
                for p in range(begin, end):
                    x = ordered[p, 0]
                    y = ordered[p, 1]
                    nearest = _nearest(x, y, centres, in_cell, n_cell)
                    part_sums[nearest, 0] += x
                    part_sums[nearest, 1] += y
                    part_sums[nearest, 2] += 1
                    if labelled:
                        labels[p] = nearest


@njit(nogil=True, cache=True)
def to_original_order(order, ordered_labels, first, last, labels):
    for p in range(first, last):
        labels[order[p]] = ordered_labels[p]


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract"})
def distance_sums(x, y, starts, first, last, sums):
    """Sum distances over contiguous runs, so that LLVM can use SIMD (hence reassoc)."""
    for i in range(first, last):
        for c in range(len(starts) - 1):
            total = 0.0
            for j in range(starts[c], starts[c + 1]):
                dx = x[i] - x[j]
                dy = y[i] - y[j]
                total += np.sqrt(dx * dx + dy * dy)
            sums[i, c] = total


@njit(nogil=True, cache=True)
def weighted_kmeans(places, weights, centres, tolerance, iterations):
    """Weighted k-means of a few points, with the same iterations as the reference engine.

    A centre without members is marked in `kept` and ignored from then on.
    """
    k = len(centres)
    labels = np.empty(len(places), np.int64)
    kept = np.ones(k, np.bool_)
    sums = np.empty((k, 3))
    for _iteration in range(iterations):
        sums[:] = 0.0
        for i in range(len(places)):
            best = np.inf
            for j in range(k):
                if kept[j]:
                    dx = places[i, 0] - centres[j, 0]
                    dy = places[i, 1] - centres[j, 1]
                    if dx * dx + dy * dy < best:
                        best = dx * dx + dy * dy
                        labels[i] = j
            cluster = sums[labels[i]]
            cluster[0] += weights[i] * places[i, 0]
            cluster[1] += weights[i] * places[i, 1]
            cluster[2] += weights[i]
        largest_shift = 0.0
        for j in range(k):
            if kept[j]:
                if sums[j, 2] == 0.0:
                    kept[j] = False
                    largest_shift = np.inf
                    continue
                x = sums[j, 0] / sums[j, 2]
                y = sums[j, 1] / sums[j, 2]
                shift = np.sqrt((x - centres[j, 0]) ** 2 + (y - centres[j, 1]) ** 2)
                largest_shift = max(largest_shift, shift)
                centres[j, 0] = x
                centres[j, 1] = y
        if largest_shift < tolerance:
            break
    return labels, centres, kept
