"""Compiled loops over points in the plane: exact Lloyd iterations on a grid, and silhouettes.

The grid saves distances without changing the result. If only one centre can be the nearest for a
cell's bounding box, the whole cell is assigned by its sums. Points of other cells are compared one
by one, and only with the centres that can be nearest to their cell.

From one iteration to the next most cells stay where they are. So a cell with one centre keeps its
slack: how much farther every other centre is than that one, at least. While the slack exceeds what
the centres have moved since, nothing is compared (Hamerly 2010, Making k-means Even Faster). Only
the centres that can be nearest to some point of the block count, so that a centre far away may move
as it likes; when another one comes near, the block begins anew. The same for single points would
cost more than the two or three distances that it saves.
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

    Their indices are written to `candidates` in the same order. Returns how many there are, the
    squared distance within which one of them lies for every point of the box, and the squared
    distance that all others of `among` are away at least.
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
    outside = np.inf
    for u in range(count):
        if distances[u] <= bound:
            candidates[found] = among[u]
            found += 1
        else:
            outside = min(outside, distances[u])
    return found, bound, outside


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
def _update_near(near, b, found, count):
    """Keep the centres near block b (ascending); whether one of them was not among them before.

    near (b, k + 1): how many there were, and their indices.
    """
    u = 1
    known = near[b, 0]
    is_new = False
    for v in range(count):
        while u <= known and near[b, u] < found[v]:
            u += 1
        is_new |= u > known or near[b, u] != found[v]
    near[b, 0] = count
    near[b, 1 : count + 1] = found[:count]
    return is_new


@njit(nogil=True, cache=True)
def _shrinkage(shifts, among, count, moved):
    """By how much the slack of a centre's cells shrinks: its own shift and that of others.

    That of a centre which is no longer near is used up.
    """
    first = 0.0
    second = 0.0
    largest = -1
    for u in range(count):
        shift = shifts[among[u]]
        if shift > first:
            second = first
            first = shift
            largest = among[u]
        else:
            second = max(second, shift)
    moved[:] = np.inf
    for u in range(count):
        j = among[u]
        moved[j] = shifts[j] + (second if j == largest else first)


UNKNOWN = -1  # instead of the one centre of a cell: several, or not looked at yet


@njit(nogil=True, cache=True)
def assign(grid, centres, shifts, guard, parts, first, last, sums, near, owner, slack, labels):
    """Assign each point to its nearest centre (of equally near ones, the first).

    grid: ordered points, starts of the cells, blocks (b, 5: number and bounding box), boxes and
    totals of the cells. shifts (k,): of the centres since the last call. guard: slack below it may
    be rounding. sums (parts, k, 3): x, y, count. near (b, k + 1): see _update_near. owner, slack:
    of the cells. labels: int32 (n,) in the order of the points, or empty when they are not wanted.
    Part t takes blocks t, t + parts, ...: neighbouring dense blocks then go to different parts.
    """
    ordered, starts, blocks, boxes, totals = grid
    k = len(centres)
    all_centres = np.arange(k)
    in_block, in_cell = np.empty(k, np.int64), np.empty(k, np.int64)
    distances, moved = np.empty(k), np.empty(k)
    labelled = len(labels) > 0
    for part in range(first, last):
        part_sums = sums[part]
        part_sums[:] = 0.0
        for b in range(part, len(blocks), parts):
            cells = int(blocks[b, 0]) * 256
            n_block, _, _ = _candidates(blocks[b, 1:], centres, all_centres, k, distances, in_block)
            if _update_near(near, b, in_block, n_block):
                owner[cells : cells + 256] = UNKNOWN
            _shrinkage(shifts, in_block, n_block, moved)
            for cell in range(cells, cells + 256):
                begin = starts[cell]
                end = starts[cell + 1]
                if begin == end:
                    continue
                only = owner[cell]
                if only != UNKNOWN:
                    slack[cell] -= moved[only]
                n_cell = 1
                if only == UNKNOWN or not slack[cell] > guard:  # also where it is NaN
                    n_cell, bound, outside = _candidates(
                        boxes[cell], centres, in_block, n_block, distances, in_cell
                    )
                    only = in_cell[0] if n_cell == 1 else UNKNOWN
                    owner[cell] = only
                    slack[cell] = np.sqrt(outside) - np.sqrt(bound)
                if n_cell == 1:
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
