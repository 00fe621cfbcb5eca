"""The partition of the participants into groups, and the outliers who are in none.

A cluster of one or two participants is no group: its figures would be their ballots. Where such
participants are few, they are outliers: the others are clustered again without them. Where they are
many, the conversation is too small for so many groups, and there are fewer.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from enishi.landscape import clusters, kmeans
from enishi.landscape.clusters import Groups
from enishi.landscape.engine import Engine, Floats
from enishi.landscape.kmeans import Clustering, Labels
from enishi.landscape.results import Earlier, Mask, Parameters

OUTLIERS_PER = 10  # at most one of so many included participants is an outlier


@dataclass(frozen=True, slots=True)
class Partition:
    """base, groups: clusterings of the included participants without the outliers.

    base_labels, labels (n,): base cluster and group of each participant, or -1. outliers (n,).
    """

    base: Clustering
    base_labels: Labels
    groups: Groups
    labels: Labels
    outliers: Mask


def partition(
    places: Floats, included: Mask, parameters: Parameters, earlier: Earlier, engine: Engine
) -> Partition:
    """Groups of at least parameters.least_group of the included participants (n,).

    There may be no group: with fewer included participants than that. A group of `earlier` that
    has become too small is dropped, and the numbering of those behind it changes.
    """
    grouped = included.copy()
    outliers_left = int(included.sum()) // OUTLIERS_PER
    while True:
        inside = places if grouped.all() else places[grouped]
        base, groups = _cluster(inside, parameters, earlier, engine, least=1)
        small = groups.members < parameters.least_group
        outside = int(groups.members[small].sum())
        if outside == 0:
            break
        if outside > outliers_left:
            least = parameters.least_group
            base, groups = _cluster(inside, parameters, earlier, engine, least=least)
            break
        outliers_left -= outside
        grouped[grouped] = ~small[_of_points(base, groups, parameters)]
    return Partition(
        base=base,
        base_labels=_of_all(base.labels, grouped),
        groups=groups,
        labels=_of_all(_of_points(base, groups, parameters), grouped),
        outliers=included & ~grouped,
    )


def _cluster(
    places: Floats, parameters: Parameters, earlier: Earlier, engine: Engine, *, least: int
) -> tuple[Clustering, Groups]:
    """Base clusters, and groups of at least `least` members; no group if there can be none."""
    none = Groups(np.zeros(0, np.int32), np.zeros((0, 2)), np.zeros(0, np.int64), {})
    if len(places) == 0:
        return Clustering(none.centres, np.zeros(0), none.labels, 0), none
    points = engine.points(places)
    if earlier.base_centres is not None:
        start = earlier.base_centres
    elif parameters.mode == "polis":
        start = kmeans.first_distinct(places, parameters.base_clusters)
    else:
        start = kmeans.tile_means(places, parameters.base_clusters)
    base = kmeans.lloyd(points, start, clusters.POLIS_TOLERANCE)
    for ks, centres in _attempts(len(base.centres), parameters, earlier):
        if parameters.mode == "polis":
            groups = clusters.polis_groups(base, ks, centres, engine, least=least)
        else:
            groups = clusters.direct_groups(points, base, ks, centres, engine, least=least)
        if groups is not None:
            return base, groups
    return base, none


def _attempts(
    base_clusters: int, parameters: Parameters, earlier: Earlier
) -> Iterator[tuple[range, Floats | None]]:
    """Numbers of groups to choose among, and starting centres; then one group fewer each time."""
    if parameters.groups is not None:
        ks = range(parameters.groups, parameters.groups + 1)
    else:
        most = min(parameters.most_groups, 2 + base_clusters // 12, base_clusters)
        ks = range(min(2, base_clusters), most + 1)
    yield ks, earlier.group_centres
    first = ks.start if earlier.group_centres is None else len(earlier.group_centres)
    for k in range(first - 1, 0, -1):
        yield range(k, k + 1), None


def _of_points(base: Clustering, groups: Groups, parameters: Parameters) -> Labels:
    """The group of each clustered participant; in polis mode it is that of their base cluster."""
    if groups.count == 0:
        return np.full(len(base.labels), -1, np.int32)
    return groups.labels if parameters.mode == "direct" else groups.labels[base.labels]


def _of_all(labels: Labels, grouped: Mask) -> Labels:
    """Labels of all participants (n,) from those of the clustered ones; -1 for the others."""
    full = np.full(len(grouped), -1, np.int32)
    full[grouped] = labels
    return full
