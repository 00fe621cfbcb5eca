"""Compiled loops over points in the plane: exact Lloyd steps on a grid, and silhouettes.

The grid makes a step cheap without changing its answer: a cell whose bounding box can have only one
nearest centre is moved as a whole by its sums; only points of the other cells are compared, and
only with the centres that can win.
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
    """Bounding boxes and sums of the cells; an empty cell gets an inverted box.

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
def _possible(box, centres, given, count, distances, possible):
    """Of the first `count` centres of `given`: those that can be nearest to some point of the box.

    Order is kept.
    """
    bound = np.inf
    for u in range(count):
        x = centres[given[u], 0]
        y = centres[given[u], 1]
        near_x = max(0.0, box[0] - x, x - box[1])
        near_y = max(0.0, box[2] - y, y - box[3])
        distances[u] = near_x * near_x + near_y * near_y
        far_x = max(abs(box[0] - x), abs(x - box[1]))
        far_y = max(abs(box[2] - y), abs(y - box[3]))
        bound = min(bound, far_x * far_x + far_y * far_y)
    bound *= 1.0 + 1e-12  # rounding must not throw out a centre at exactly the bound
    found = 0
    for u in range(count):
        if distances[u] <= bound:
            possible[found] = given[u]
            found += 1
    return found


@njit(nogil=True, cache=True)
def _nearest(x, y, centres, possible, count):
    """Of the first `count` possible centres the nearest; of equally near ones the first."""
    best = np.inf
    nearest = possible[0]
    for u in range(count):
        j = possible[u]
        dx = x - centres[j, 0]
        dy = y - centres[j, 1]
        d = dx * dx + dy * dy
        if d < best:
            best = d
            nearest = j
    return nearest


@njit(nogil=True, cache=True)
def lloyd(ordered, starts, blocks, boxes, totals, centres, parts, first, last, sums, labels):
    """Assign every point to its nearest centre (of equal ones, the first).

    sums (parts, k, 3) = x, y, count.

    blocks (b, 5) = block number and its bounding box. labels: int32 (n,) in the order of `ordered`,
    or empty when they are not wanted. Part t takes blocks t, t + parts, ...: crowded blocks are
    spread over the parts.
    """
    k = len(centres)
    everyone = np.arange(k)
    in_block = np.empty(k, np.int64)
    in_cell = np.empty(k, np.int64)
    distances = np.empty(k)
    labelled = len(labels) > 0
    for part in range(first, last):
        mine = sums[part]
        mine[:] = 0.0
        for b in range(part, len(blocks), parts):
            block = int(blocks[b, 0])
            n_block = _possible(blocks[b, 1:], centres, everyone, k, distances, in_block)
            for cell in range(block * 256, block * 256 + 256):
                begin = starts[cell]
                end = starts[cell + 1]
                if begin == end:
                    continue
                n_cell = _possible(boxes[cell], centres, in_block, n_block, distances, in_cell)
                if n_cell == 1:
                    only = in_cell[0]
                    mine[only, 0] += totals[cell, 0]
                    mine[only, 1] += totals[cell, 1]
                    mine[only, 2] += end - begin
                    if labelled:
                        labels[begin:end] = only
                    continue
                for p in range(begin, end):
                    x = ordered[p, 0]
                    y = ordered[p, 1]
                    nearest = _nearest(x, y, centres, in_cell, n_cell)
                    mine[nearest, 0] += x
                    mine[nearest, 1] += y
                    mine[nearest, 2] += 1
                    if labelled:
                        labels[p] = nearest


@njit(nogil=True, cache=True)
def restore(order, ordered_labels, first, last, labels):
    for p in range(first, last):
        labels[order[p]] = ordered_labels[p]


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract"})
def distance_sums(x, y, starts, first, last, sums):
    """Sum distances over runs of neighbours, so that eight can be taken at once (hence reassoc)."""
    for i in range(first, last):
        for c in range(len(starts) - 1):
            total = 0.0
            for j in range(starts[c], starts[c + 1]):
                dx = x[i] - x[j]
                dy = y[i] - y[j]
                total += np.sqrt(dx * dx + dy * dy)
            sums[i, c] = total


@njit(nogil=True, cache=True)
def settle(places, weights, centres, still, steps):
    """Weighted k-means of a few points; see the reference, whose steps these are.

    A centre that lost its members is out (kept), as if it were dropped.
    """
    k = len(centres)
    labels = np.empty(len(places), np.int64)
    kept = np.ones(k, np.bool_)
    sums = np.empty((k, 3))
    for _step in range(steps):
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
            mine = sums[labels[i]]
            mine[0] += weights[i] * places[i, 0]
            mine[1] += weights[i] * places[i, 1]
            mine[2] += weights[i]
        farthest = 0.0
        for j in range(k):
            if kept[j]:
                if sums[j, 2] == 0.0:
                    kept[j] = False
                    farthest = np.inf
                    continue
                x = sums[j, 0] / sums[j, 2]
                y = sums[j, 1] / sums[j, 2]
                moved = np.sqrt((x - centres[j, 0]) ** 2 + (y - centres[j, 1]) ** 2)
                farthest = max(farthest, moved)
                centres[j, 0] = x
                centres[j, 1] = y
        if farthest < still:
            break
    return labels, centres, kept
