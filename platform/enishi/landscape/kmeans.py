"""k-means in the plane: Lloyd's iterations, starting centres, and when the iterations stop.

Distances are differences squared and summed (never |a|^2 + |b|^2 - 2ab, whose cancellation merges
near neighbours far from the origin).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from enishi.landscape.engine import Engine, Floats, Points

Labels = npt.NDArray[np.int32]

MOST_STEPS = 100


@dataclass(frozen=True, slots=True)
class Clustering:
    """centres (k, 2): the means of their members; sizes (k,); labels (points,); steps taken."""

    centres: Floats
    sizes: Floats
    labels: Labels
    steps: int


def lloyd(points: Points, start: Floats, still: float) -> Clustering:
    """Run k-means from these centres until each (in sorted order) moves less than `still`.

    Empty clusters are dropped.

    As in Polis the labels are those of the last assignment, and the centres the means of exactly
    these members.
    """
    centres = np.ascontiguousarray(start, dtype=np.float64)
    for step in range(1, MOST_STEPS + 1):
        sums = points.step(centres)
        kept = sums[:, 2] > 0
        moved = sums[kept, :2] / sums[kept, 2:]
        if step == MOST_STEPS or (kept.all() and greatest_move(centres, moved) < still):
            break
        centres = moved
    labels = points.labels(centres)
    renumbered = (np.cumsum(kept) - 1).astype(np.int32)
    return Clustering(moved, sums[kept, 2], renumbered[labels], step)


def first_distinct(places: Floats, k: int) -> Floats:
    """The first k distinct points in their order: Polis' start."""
    found: dict[tuple[float, float], None] = {}
    for start in range(0, len(places), 4 * k):
        for x, y in places[start : start + 4 * k].tolist():
            found.setdefault((x, y))
            if len(found) == k:
                return np.array(list(found))
    return np.array(list(found)).reshape(-1, 2)


def spread_start(places: Floats, k: int) -> Floats:
    """Up to k starting centres chosen by value.

    They are the means of equally full tiles (columns by x, then rows by y).

    Renumbering the people changes nothing. With at most k distinct points it is those points.
    """
    if len(places) <= 4 * k or len(np.unique(places[: 4 * k], axis=0)) <= k:
        distinct = np.unique(places, axis=0)
        if len(distinct) <= k:
            return distinct
    side = int(np.sqrt(k))
    columns = np.searchsorted(_quantiles(places[:, 0], side), places[:, 0], side="right")
    centres = []
    for column in range(side):
        mine = places[columns == column]
        if len(mine) == 0:
            continue
        rows = np.searchsorted(_quantiles(mine[:, 1], side), mine[:, 1], side="right")
        sums = np.column_stack([np.bincount(rows, w, side) for w in (mine[:, 0], mine[:, 1], None)])
        sums = sums[sums[:, 2] > 0]
        centres.append(sums[:, :2] / sums[:, 2:])
    return np.concatenate(centres)


def greedy_start(base: Clustering, k: int, engine: Engine) -> Floats:
    """Starting centres by value: one more at a time, where it helps most, then settled.

    This is the global k-means of Likas (2003), over a handful of candidates.
    """
    places, weights = base.centres, base.sizes
    squared = _distances(places, places)
    centres = np.average(places, axis=0, weights=weights)[None, :]
    while len(centres) < min(k, len(places)):
        nearest = _distances(places, centres).min(1)
        gain = weights @ np.maximum(nearest[:, None] - squared, 0.0)
        tried = []
        for candidate in np.argsort(-gain, kind="stable")[:6]:
            start = np.vstack([centres, places[candidate]])
            labels, moved = engine.settle(places, weights, start, 1e-9)
            tried.append((float(weights @ ((places - moved[labels]) ** 2).sum(1)), moved))
        centres = min(tried, key=lambda pair: pair[0])[1]
    return centres


def greatest_move(before: Floats, after: Floats) -> float:
    """The farthest that a centre moved, both sets in sorted order as Polis compares them."""
    before = before[np.lexsort(before.T[::-1])]
    after = after[np.lexsort(after.T[::-1])]
    return float(np.sqrt(((before - after) ** 2).sum(1).max()))


def _distances(a: Floats, b: Floats) -> Floats:
    squared: Floats = ((a[:, None, :] - b[None, :, :]) ** 2).sum(2)
    return squared


def _quantiles(values: Floats, pieces: int) -> Floats:
    ranks = [len(values) * q // pieces for q in range(1, pieces)]
    return np.partition(values, ranks)[ranks]
