"""Groups of participants who vote alike: k-means in the plane of the components.

`polis` mode follows Polis (math/clusters.clj): up to 100 base clusters, which start from the first
distinct points in the order of participant ids; group clusters are k-means over the base centres
weighted by size, started in the same way; k by the mean silhouette of the base centres. `direct`
mode runs k-means on all points from several starts chosen by value, keeps the result with the least
inertia, and chooses k by the silhouette of a sample of participants. Polis' limit of 20 iterations
for group clusters, a known fault, is not repeated: the limit is 100 everywhere.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from enishi.landscape.engine import Engine, Floats, Integers, Points
from enishi.landscape.kmeans import (
    Clustering,
    Labels,
    first_distinct,
    inertia_of,
    lloyd,
    starting_centres,
)

Mode = Literal["direct", "polis"]

POLIS_TOLERANCE = 0.01  # Polis stops when every centre moved less than this
DIRECT_TOLERANCE = 1e-4  # relative to the standard deviation of the points
SEVERAL_STARTS = 20_000  # points; of more, the best start of the base centres is run alone
SILHOUETTE_SAMPLE = 4_000  # participants


@dataclass(frozen=True, slots=True)
class Groups:
    """A clustering into k groups, chosen among several.

    labels (points or base clusters,). centres (k, 2). members (k,): participants. silhouettes: the
    mean silhouette of each k that was tried.
    """

    labels: Labels
    centres: Floats
    members: Integers
    silhouettes: dict[int, float]

    @property
    def count(self) -> int:
        return len(self.centres)


def included_participants(
    per_participant: npt.NDArray[np.int64], statements: int, least: int, top_up: int
) -> npt.NDArray[np.bool_]:
    """Which participants are clustered, a mask (n,): those with at least min(least, m) votes.

    If these are fewer than top_up, the participants with the most votes are added up to that
    number.
    """
    voted = per_participant > 0
    included: npt.NDArray[np.bool_] = voted & (per_participant >= min(least, statements))
    missing = top_up - int(included.sum())
    if missing > 0:
        excluded = np.flatnonzero(voted & ~included)
        ranked = excluded[np.argsort(-per_participant[excluded], kind="stable")]
        included[ranked[:missing]] = True
    return included


def polis_groups(
    base: Clustering, ks: range, start: Floats | None, engine: Engine, *, least: int = 1
) -> Groups | None:
    """k-means over base centres weighted by size; labels are those of the base clusters.

    None if no k gives groups of at least `least` members.
    """
    clusterings: dict[int, tuple[Labels, Floats]] = {}
    for k in ks:
        first = first_distinct(base.centres, k) if start is None else start
        labels, centres = engine.weighted_kmeans(base.centres, base.sizes, first, POLIS_TOLERANCE)
        clusterings[len(centres)] = (labels, centres)
    rules = (slice(None), least, base.sizes)
    return _best_by_silhouette(clusterings, engine, base.centres, rules)


def direct_groups(  # noqa: PLR0913 (points, what is known of them, and the rules of the choice)
    points: Points,
    base: Clustering,
    ks: range,
    start: Floats | None,
    engine: Engine,
    *,
    least: int = 1,
) -> Groups | None:
    """k-means on all points, started from groups of the base centres; labels are of the points.

    Up to SEVERAL_STARTS points every kept start is run, because the best one for the base centres
    need not be the best one for the points. None if no k gives groups of at least `least` members.
    """
    spread = max(float(np.sqrt(points.places.var(axis=0).sum())), 1e-300)
    tolerance = DIRECT_TOLERANCE * spread
    clusterings: dict[int, tuple[Labels, Floats]] = {}
    if start is not None:
        found = lloyd(points, start, tolerance)
        clusterings[len(found.centres)] = (found.labels, found.centres)
    else:
        starts = starting_centres(base, ks[-1], engine)
        for k in ks:
            first, *others = starts[min(k, max(starts))]
            found = lloyd(points, first, tolerance)
            if len(points.places) <= SEVERAL_STARTS:
                tried = [found, *(lloyd(points, other, tolerance) for other in others)]
                found = min(tried, key=lambda each: inertia_of(points, each))
            clusterings[len(found.centres)] = _numbered_by_size(found)
    sample = _silhouette_sample(base.labels)
    return _best_by_silhouette(clusterings, engine, points.places, (sample, least, None))


def mean_silhouettes(places: Floats, labellings: Integers, engine: Engine) -> list[float]:
    """Mean silhouette (Rousseeuw 1987) of the points (s, 2) under each labelling (q, s).

    A point alone in its cluster counts 0. Points with equal labels in all labellings form one
    piece; the points are sorted by piece, so that all labellings share one pass over the pairs.
    """
    base = int(labellings.max()) + 1
    keys = (labellings * base ** np.arange(len(labellings))[:, None]).sum(0)
    _, first, piece = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(piece, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(piece))]).astype(np.int64)
    sums = engine.distance_sums(places[order], starts)
    return [_mean_silhouette(sums, row[first], row[order]) for row in labellings]


def _mean_silhouette(sums: Floats, cluster_of_piece: Integers, labels: Integers) -> float:
    """Mean over the points. sums (s, pieces): distances to each piece; labels (s,)."""
    count = int(labels.max()) + 1
    totals = sums @ (cluster_of_piece[:, None] == np.arange(count)).astype(np.float64)
    sizes = np.bincount(labels, minlength=count)
    points = np.arange(len(labels))
    inside = totals[points, labels] / np.maximum(sizes[labels] - 1, 1)
    means = np.where(sizes > 0, totals / np.maximum(sizes, 1), np.inf)
    means[points, labels] = np.inf
    outside = means.min(1)
    larger = np.maximum(inside, outside)
    scored = (sizes[labels] > 1) & np.isfinite(outside) & (larger > 0)
    values = np.zeros(len(labels))
    values[scored] = (outside - inside)[scored] / larger[scored]
    return float(values.mean())


def _numbered_by_size(found: Clustering) -> tuple[Labels, Floats]:
    """Renumber the groups by value: the largest first, equal ones by x, then by y."""
    order = np.lexsort((found.centres[:, 1], found.centres[:, 0], -found.sizes))
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order))
    return rank[found.labels], found.centres[order]


def _silhouette_sample(base_labels: Labels) -> npt.NDArray[np.int64]:
    """Indices of at most SILHOUETTE_SAMPLE points, stratified by base cluster."""
    count = len(base_labels)
    if count <= SILHOUETTE_SAMPLE:
        return np.arange(count)
    order = np.argsort(base_labels, kind="stable")
    return np.sort(order[np.arange(SILHOUETTE_SAMPLE) * count // SILHOUETTE_SAMPLE])


def _best_by_silhouette(
    clusterings: dict[int, tuple[Labels, Floats]],
    engine: Engine,
    places: Floats,
    rules: tuple[slice | npt.NDArray[np.int64], int, Floats | None],
) -> Groups | None:
    """The clustering with the highest mean silhouette over the sample; of equals the smaller k.

    rules: the sample; the least number of members of a group; how many participants a place stands
    for, None for one. None if each clustering has a smaller group.
    """
    sample, least, weights = rules
    rows = np.stack([labels[sample] for labels, _ in clusterings.values()]).astype(np.int64)
    means = dict(zip(clusterings, mean_silhouettes(places[sample], rows, engine), strict=True))
    for k in sorted(sorted(means), key=lambda k: -means[k]):
        labels, centres = clusterings[k]
        members = np.bincount(labels, weights, len(centres)).astype(np.int64)
        if members.min() >= least:
            return Groups(labels, centres, members, means)
    return None
