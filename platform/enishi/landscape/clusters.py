"""Groups of people who vote alike: k-means in the plane of the components.

`polis` mode follows Polis (math/clusters.clj): up to 100 base clusters, started from the first
distinct points in the order of participant ids; group clusters are k-means over the base centres
weighted by size, started likewise; k by the mean silhouette of the base centres. `direct` mode
refines the groups on all points, started by value, and chooses k by the silhouette of a sample of
people.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from enishi.landscape.engine import Engine, Floats, Integers, Points
from enishi.landscape.kmeans import Clustering, Labels, first_distinct, greedy_start, lloyd

Mode = Literal["direct", "polis"]

POLIS_STILL = 0.01  # Polis stops when every centre moved less than this
DIRECT_STILL = 1e-4  # of the spread of the points
SAMPLE = 4_000


@dataclass(frozen=True, slots=True)
class Groups:
    """labels (points,), centres (k, 2), and the mean silhouette of every k that was tried."""

    labels: Labels
    centres: Floats
    silhouettes: dict[int, float]

    @property
    def count(self) -> int:
        return len(self.centres)


def include(
    per_participant: npt.NDArray[np.int64], statements: int, least: int, top_up: int
) -> npt.NDArray[np.bool_]:
    """Who is clustered: those with at least min(least, m) votes.

    If fewer than top_up people are in, the top voters are added up to that number.
    """
    voted = per_participant > 0
    included: npt.NDArray[np.bool_] = voted & (per_participant >= min(least, statements))
    missing = top_up - int(included.sum())
    if missing > 0:
        waiting = np.flatnonzero(voted & ~included)
        included[waiting[np.argsort(-per_participant[waiting], kind="stable")][:missing]] = True
    return included


def polis_groups(base: Clustering, ks: range, start: Floats | None, engine: Engine) -> Groups:
    """k-means over base centres weighted by size; labels are those of the base clusters."""
    clusterings: dict[int, tuple[Labels, Floats]] = {}
    for k in ks:
        first = first_distinct(base.centres, k) if start is None else start
        labels, centres = engine.settle(base.centres, base.sizes, first, POLIS_STILL)
        clusterings[len(centres)] = (labels, centres)
    return _best(clusterings, engine, base.centres, slice(None))


def direct_groups(
    points: Points,
    base: Clustering,
    ks: range,
    start: Floats | None,
    engine: Engine,
) -> Groups:
    """Run k-means on all points, started from the groups of the base centres.

    The labels are those of the points.
    """
    starts = (
        {k: greedy_start(base, k, engine) for k in ks} if start is None else {len(start): start}
    )
    still = DIRECT_STILL * max(float(np.sqrt(points.places.var(axis=0).sum())), 1e-300)
    clusterings: dict[int, tuple[Labels, Floats]] = {}
    for first in starts.values():
        found = lloyd(points, first, still)
        labels, centres = found.labels, found.centres
        if start is None:
            labels, centres = _largest_first(found)
        clusterings[len(centres)] = (labels, centres)
    return _best(clusterings, engine, points.places, _sample(base.labels))


def mean_silhouettes(places: Floats, labellings: Integers, engine: Engine) -> list[float]:
    """Mean silhouette of the points (s, 2) under each labelling (q, s); loners count 0.

    Points with the same labels everywhere are neighbours in one ordering, so that all labellings
    share one pass over the pairs.
    """
    base = int(labellings.max()) + 1
    keys = (labellings * base ** np.arange(len(labellings))[:, None]).sum(0)
    _, first, piece = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(piece, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(piece))]).astype(np.int64)
    sums = engine.distance_sums(places[order], starts)
    return [_mean_silhouette(sums, row[first], row[order]) for row in labellings]


def _mean_silhouette(sums: Floats, group_of_piece: Integers, own: Integers) -> float:
    """Mean over points: sums (s, pieces) of distances to each piece; own (s,): groups."""
    groups = int(own.max()) + 1
    totals = sums @ (group_of_piece[:, None] == np.arange(groups)).astype(np.float64)
    sizes = np.bincount(own, minlength=groups)
    everyone = np.arange(len(own))
    inside = totals[everyone, own] / np.maximum(sizes[own] - 1, 1)
    means = np.where(sizes > 0, totals / np.maximum(sizes, 1), np.inf)
    means[everyone, own] = np.inf
    outside = means.min(1)
    most = np.maximum(inside, outside)
    scored = (sizes[own] > 1) & np.isfinite(outside) & (most > 0)
    values = np.zeros(len(own))
    values[scored] = (outside - inside)[scored] / most[scored]
    return float(values.mean())


def _largest_first(found: Clustering) -> tuple[Labels, Floats]:
    # Group numbers by value: largest first, then from left to right.
    order = np.lexsort((found.centres[:, 1], found.centres[:, 0], -found.sizes))
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order))
    return rank[found.labels], found.centres[order]


def _sample(base_labels: Labels) -> npt.NDArray[np.int64]:
    """At most SAMPLE people, every base cluster in proportion to its size."""
    count = len(base_labels)
    if count <= SAMPLE:
        return np.arange(count)
    order = np.argsort(base_labels, kind="stable")
    return np.sort(order[np.arange(SAMPLE) * count // SAMPLE])


def _best(
    clusterings: dict[int, tuple[Labels, Floats]],
    engine: Engine,
    places: Floats,
    sample: slice | npt.NDArray[np.int64],
) -> Groups:
    """The clustering with the highest mean silhouette over the sample; of equals the smaller k."""
    rows = np.stack([labels[sample] for labels, _ in clusterings.values()]).astype(np.int64)
    means = dict(zip(clusterings, mean_silhouettes(places[sample], rows, engine), strict=True))
    best = max(sorted(means), key=lambda k: means[k])
    labels, centres = clusterings[best]
    return Groups(labels, centres, means)
