"""The partition of the participants into groups, and the outliers who are in none.

A cluster of one or two participants is no group: its figures would be their ballots. Where such
participants are few, they are outliers: the others are clustered again without them. Where they are
many, the conversation is too small for so many groups, and there are fewer.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from enishi.landscape import clusters, kmeans
from enishi.landscape.clusters import Groups
from enishi.landscape.engine import Engine, Floats
from enishi.landscape.kmeans import Clustering, Labels
from enishi.landscape.results import Earlier, Mask, Parameters
from enishi.landscape.smoothing import SteadyCount, steady_count

OUTLIERS_PER = 10  # at most one of so many included participants is an outlier
FEWEST = 2  # groups: one alone divides nobody


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


def steady_partition(
    places: Floats, included: Mask, parameters: Parameters, earlier: Earlier, engine: Engine
) -> tuple[Partition, SteadyCount]:
    """As partition, with the number of groups smoothed by earlier.steady, and the next smoother.

    With a smoother the best number of groups of these votes is found without the centres of the
    earlier groups. As long as the number is kept, the earlier centres are continued. The first
    groups appear at once, and those that became too small are gone at once.
    """
    if earlier.steady is None:
        found = partition(places, included, parameters, earlier, engine)
        return found, steady_count(None, found.groups.count)
    fresh = replace(earlier, group_centres=None)
    found = partition(places, included, parameters, fresh, engine)
    if earlier.steady.count < FEWEST:
        return found, steady_count(None, found.groups.count)
    steady, tried = steady_count(earlier.steady, found.groups.count), found.groups.silhouettes
    if earlier.group_centres is not None and len(earlier.group_centres) == steady.count:
        found = partition(places, included, parameters, earlier, engine)
    elif steady.count != found.groups.count:
        fixed = replace(parameters, groups=steady.count)
        found = partition(places, included, fixed, fresh, engine)
    groups = replace(found.groups, silhouettes=tried | found.groups.silhouettes)
    return replace(found, groups=groups), replace(steady, count=groups.count)


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
