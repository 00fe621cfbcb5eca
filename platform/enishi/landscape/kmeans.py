"""k-means in the plane: Lloyd's algorithm, its starting centres and its stopping rule.

Distances are differences squared and summed (never |a|^2 + |b|^2 - 2ab, whose cancellation merges
close neighbours far from the origin).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from enishi.landscape.engine import Engine, Floats, Points

Labels = npt.NDArray[np.int32]

MAX_ITERATIONS = 100
GREEDY_TOLERANCE = 1e-9
GREEDY_CANDIDATES = 6


@dataclass(frozen=True, slots=True)
class Clustering:
    """centres (k, 2): the means of their members; sizes (k,); labels (points,); iterations run."""

    centres: Floats
    sizes: Floats
    labels: Labels
    iterations: int


def lloyd(points: Points, start: Floats, tolerance: float) -> Clustering:
    """Run k-means from these centres until each (in sorted order) moves less than `tolerance`.

    Empty clusters are dropped. As in Polis the labels are those of the last assignment, and the
    centres are the means of exactly these members.
    """
    centres = np.ascontiguousarray(start, dtype=np.float64)
    for iteration in range(1, MAX_ITERATIONS + 1):
        sums = points.cluster_sums(centres)
        kept = sums[:, 2] > 0
        moved = sums[kept, :2] / sums[kept, 2:]
        if iteration == MAX_ITERATIONS or (
            kept.all() and largest_shift(centres, moved) < tolerance
        ):
            break
        centres = moved
    labels = points.labels(centres)
    renumbered = (np.cumsum(kept) - 1).astype(np.int32)
    return Clustering(moved, sums[kept, 2], renumbered[labels], iteration)


def largest_shift(before: Floats, after: Floats) -> float:
    """The longest distance that a centre moved; both sets are sorted first, as Polis does."""
    before = before[np.lexsort(before.T[::-1])]
    after = after[np.lexsort(after.T[::-1])]
    return float(np.sqrt(((before - after) ** 2).sum(1).max()))


def first_distinct(places: Floats, k: int) -> Floats:
    """The first k distinct points in their order: the starting centres of Polis."""
    found: dict[tuple[float, float], None] = {}
    for start in range(0, len(places), 4 * k):
        for x, y in places[start : start + 4 * k].tolist():
            found.setdefault((x, y))
            if len(found) == k:
                return np.array(list(found))
    return np.array(list(found)).reshape(-1, 2)


def tile_means(places: Floats, k: int) -> Floats:
    """Up to k starting centres that depend on the values only, not on the numbering.

    They are the means of tiles with equally many points each (columns by x, then rows by y). With
    at most k distinct points, these points are the centres.
    """
    if len(places) <= 4 * k or len(np.unique(places[: 4 * k], axis=0)) <= k:
        distinct = np.unique(places, axis=0)
        if len(distinct) <= k:
            return distinct
    side = int(np.sqrt(k))
    columns = np.searchsorted(_quantiles(places[:, 0], side), places[:, 0], side="right")
    centres = []
    for column in range(side):
        inside = places[columns == column]
        if len(inside) == 0:
            continue
        x, y = inside.T
        rows = np.searchsorted(_quantiles(y, side), y, side="right")
        sums = np.column_stack([np.bincount(rows, weights, side) for weights in (x, y, None)])
        sums = sums[sums[:, 2] > 0]
        centres.append(sums[:, :2] / sums[:, 2:])
    return np.concatenate(centres)


def greedy_start(base: Clustering, k: int, engine: Engine) -> Floats:
    """Starting centres by value: add one centre at a time, where it reduces the inertia most.

    This is the global k-means of Likas, Vlassis and Verbeek (2003) over a few candidates, on the
    centres of `base` weighted by size.
    """
    places, weights = base.centres, base.sizes
    squared = _squared_distances(places, places)
    centres = np.average(places, axis=0, weights=weights)[None, :]
    while len(centres) < min(k, len(places)):
        nearest = _squared_distances(places, centres).min(1)
        gain = weights @ np.maximum(nearest[:, None] - squared, 0.0)
        tried = []
        for candidate in np.argsort(-gain, kind="stable")[:GREEDY_CANDIDATES]:
            start = np.vstack([centres, places[candidate]])
            labels, moved = engine.weighted_kmeans(places, weights, start, GREEDY_TOLERANCE)
            inertia = float(weights @ ((places - moved[labels]) ** 2).sum(1))
            tried.append((inertia, moved))
        centres = min(tried, key=lambda pair: pair[0])[1]
    return centres


def _squared_distances(a: Floats, b: Floats) -> Floats:
    squared: Floats = ((a[:, None, :] - b[None, :, :]) ** 2).sum(2)
    return squared


def _quantiles(values: Floats, pieces: int) -> Floats:
    ranks = [len(values) * q // pieces for q in range(1, pieces)]
    return np.partition(values, ranks)[ranks]
