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
START_TOLERANCE = 1e-9
STARTS = 6  # the best clusterings that are kept for each number of groups
CANDIDATES = 12  # places that are tried for one more centre


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
    at most k distinct points, these points are the centres. Points reflected in an axis give the
    reflected centres: the signs of the components, and of the votes, are arbitrary.
    """
    if len(places) <= 4 * k or len(np.unique(places[: 4 * k], axis=0)) <= k:
        distinct = np.unique(places, axis=0)
        if len(distinct) <= k:
            return distinct
    rows = _odd(int(np.sqrt(k)))
    columns = _odd(k // rows)
    column = _slices(places[:, 0], columns)
    centres = []
    for c in range(columns):
        inside = places[column == c]
        if len(inside) == 0:
            continue
        x, y = inside.T
        row = _slices(y, rows)
        sums = np.column_stack([np.bincount(row, weights, rows) for weights in (x, y, None)])
        sums = sums[sums[:, 2] > 0]
        centres.append(sums[:, :2] / sums[:, 2:])
    return np.concatenate(centres)


def starting_centres(base: Clustering, most: int, engine: Engine) -> dict[int, list[Floats]]:
    """Starting centres by value for 1 to `most` groups: at most STARTS for each, the best first.

    The global k-means of Likas, Vlassis and Verbeek (2003) on the centres of `base` weighted by
    size, as a beam search: each kept clustering into k - 1 groups gets one more centre where it
    reduces the inertia most. `base` may have too few distinct centres for the largest numbers.
    """
    places, weights = base.centres, base.sizes
    squared = _squared_distances(places, places)
    found = {1: [np.average(places, axis=0, weights=weights)[None, :]]}
    for k in range(2, min(most, len(places)) + 1):
        tried: list[tuple[float, Floats]] = []
        for centres in found[k - 1]:
            nearest = _squared_distances(places, centres).min(1)
            gain = weights @ np.maximum(nearest[:, None] - squared, 0.0)
            for candidate in np.argsort(-gain, kind="stable")[:CANDIDATES]:
                start = np.vstack([centres, places[candidate]])
                labels, moved = engine.weighted_kmeans(places, weights, start, START_TOLERANCE)
                if len(moved) == k:
                    inertia = float(weights @ ((places - moved[labels]) ** 2).sum(1))
                    tried.append((inertia, moved))
        if not tried:
            break
        found[k] = _best_distinct(tried)
    return found


def inertia_of(points: Points, found: Clustering) -> float:
    """The sum of squared distances of the points to their centres."""
    return float(((points.places - found.centres[found.labels]) ** 2).sum())


def _best_distinct(tried: list[tuple[float, Floats]]) -> list[Floats]:
    """The STARTS clusterings of the smallest inertia; of equal ones, the first."""
    kept: list[tuple[float, Floats]] = []
    for inertia, centres in sorted(tried, key=lambda pair: pair[0]):
        if not kept or inertia > kept[-1][0] * (1 + 1e-9):
            kept.append((inertia, centres))
    return [centres for _, centres in kept[:STARTS]]


def _squared_distances(a: Floats, b: Floats) -> Floats:
    squared: Floats = ((a[:, None, :] - b[None, :, :]) ** 2).sum(2)
    return squared


def _odd(limit: int) -> int:
    return limit - 1 + limit % 2


def _slices(values: Floats, pieces: int) -> npt.NDArray[np.int64]:
    """The slice of each value, 0..pieces - 1, with about equally many values in each: (n,).

    pieces is odd, and the edges are as far from one end as from the other: the slices of the
    negated values are these, counted from the other end. Equal values are in the same slice.
    """
    lower = [len(values) * q // pieces for q in range(1, pieces // 2 + 1)]
    upper = [len(values) - 1 - rank for rank in reversed(lower)]
    ordered = np.partition(values, [*lower, *upper]) if lower else values
    return np.asarray(
        np.searchsorted(ordered[lower], values, side="left")
        + np.searchsorted(ordered[upper], values, side="right")
    )
