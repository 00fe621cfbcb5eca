"""The complete analysis of votes, and the same report for a given partition into groups."""

import time
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from enishi.landscape import clusters, kmeans
from enishi.landscape.bridging import bridging_scores
from enishi.landscape.clusters import Groups, Mode
from enishi.landscape.components import principal_components, project
from enishi.landscape.consensus import group_aware_consensus, majority_consensus
from enishi.landscape.engine import Engine, Floats, Integers
from enishi.landscape.engines import use_engine
from enishi.landscape.kmeans import Clustering, Labels
from enishi.landscape.representative import group_statistics, representative_statements
from enishi.landscape.results import (
    Earlier,
    GroupReport,
    Landscape,
    Mask,
    Moderation,
    Parameters,
)
from enishi.landscape.routing import extremities, priorities
from enishi.landscape.uncertainty import group_sizes
from enishi.landscape.votes import Votes


class _StageTimer:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._started = time.perf_counter()

    def end_stage(self, name: str) -> None:
        now = time.perf_counter()
        self.seconds[name] = now - self._started
        self._started = now


def analyse(
    votes: Votes,
    parameters: Parameters | None = None,
    *,
    moderation: Moderation | None = None,
    earlier: Earlier | None = None,
    engine: Engine | None = None,
) -> Landscape:
    """Groups, common ground, priorities, bridging scores and uncertainty of the votes.

    engine: None chooses as use_engine(). The result depends on votes, parameters, moderation and
    `earlier`, never on the number of threads. Any number of votes works, including none.
    """
    engine = engine or use_engine()
    core = analyse_core(votes, parameters, moderation=moderation, earlier=earlier, engine=engine)
    timer = _StageTimer()
    bridging = bridging_scores(votes, core.counts, core.components, engine)
    timer.end_stage("bridging")
    sizes = group_sizes(votes, core.labels, core.groups.centres, core.components, engine)
    timer.end_stage("uncertainty")
    return replace(core, bridging=bridging, sizes=sizes, seconds=core.seconds | timer.seconds)


def analyse_core(
    votes: Votes,
    parameters: Parameters | None = None,
    *,
    moderation: Moderation | None = None,
    earlier: Earlier | None = None,
    engine: Engine | None = None,
) -> Landscape:
    """The same without bridging and uncertainty: what Polis computes after each batch of votes."""
    parameters, earlier = parameters or Parameters(), earlier or Earlier()
    moderation = moderation or Moderation.none(votes.shape[1])
    engine = engine or use_engine()
    timer = _StageTimer()
    counts = engine.count_votes(votes.codes, votes.shape[1])
    timer.end_stage("counts")
    components = principal_components(
        votes, counts, moderation.zeroed, engine, start=earlier.components
    )
    timer.end_stage("components")
    places = project(votes, components, engine)
    timer.end_stage("projection")
    included = clusters.included_participants(
        votes.per_participant, votes.shape[1], parameters.least_votes, parameters.top_up
    )
    if earlier.included is not None:
        included |= earlier.included
    included_places = places if included.all() else places[included]
    base, groups = _cluster(included_places, parameters, earlier, engine)
    base_labels = _of_all_participants(base.labels, included)
    labels = _group_labels(parameters.mode, groups, base_labels, included)
    timer.end_stage("clusters")
    extremity = extremities(components)
    report = _report(votes, counts, labels, (moderation, extremity, groups.count), engine)
    timer.end_stage("statements")
    return Landscape(
        votes=votes,
        moderation=moderation,
        parameters=parameters,
        engine=engine.name,
        counts=counts,
        components=components,
        places=places,
        included=included,
        base=base,
        base_labels=base_labels,
        groups=groups,
        report=report,
        extremity=extremity,
        seconds=timer.seconds,
    )


def report_on(
    votes: Votes,
    labels: npt.NDArray[np.integer],
    *,
    moderation: Moderation | None = None,
    engine: Engine | None = None,
) -> GroupReport:
    """Statistics, lists, consensus and priorities of a given partition, such as a recorded one.

    labels (n,): group or -1. Raises ValueError if their number differs from the participants'.
    """
    engine = engine or use_engine()
    moderation = moderation or Moderation.none(votes.shape[1])
    counts = engine.count_votes(votes.codes, votes.shape[1])
    extremity = extremities(principal_components(votes, counts, moderation.zeroed, engine))
    given = np.ascontiguousarray(labels, dtype=np.int32)
    if given.shape != (votes.shape[0],):
        raise ValueError(
            f"labels have shape {given.shape}, not one for each of {votes.shape[0]} participants"
        )
    groups = int(given.max(initial=-1)) + 1
    return _report(votes, counts, given, (moderation, extremity, groups), engine)


def _cluster(
    places: Floats, parameters: Parameters, earlier: Earlier, engine: Engine
) -> tuple[Clustering, Groups]:
    """Base clusters and groups of the included participants' places."""
    if len(places) == 0:
        labels, centres = np.zeros(0, np.int32), np.zeros((0, 2))
        return Clustering(centres, np.zeros(0), labels, 0), Groups(labels, centres, {})
    points = engine.points(places)
    if earlier.base_centres is not None:
        start = earlier.base_centres
    elif parameters.mode == "polis":
        start = kmeans.first_distinct(places, parameters.base_clusters)
    else:
        start = kmeans.tile_means(places, parameters.base_clusters)
    base = kmeans.lloyd(points, start, clusters.POLIS_TOLERANCE)
    count = len(base.centres)
    if parameters.groups is None:
        ks = range(min(2, count), min(parameters.most_groups, 2 + count // 12, count) + 1)
    else:
        ks = range(parameters.groups, parameters.groups + 1)
    if parameters.mode == "polis":
        return base, clusters.polis_groups(base, ks, earlier.group_centres, engine)
    return base, clusters.direct_groups(points, base, ks, earlier.group_centres, engine)


def _of_all_participants(labels: Labels, included: Mask) -> Labels:
    """Labels of all participants (n,) from those of the included ones; -1 for the others."""
    full = np.full(len(included), -1, np.int32)
    full[included] = labels
    return full


def _group_labels(mode: Mode, groups: Groups, base_labels: Labels, included: Mask) -> Labels:
    """The group of each participant (n,), or -1; in polis mode it is that of the base cluster."""
    if mode == "direct":
        return _of_all_participants(groups.labels, included)
    if len(groups.labels) == 0:
        return base_labels
    return np.where(base_labels >= 0, groups.labels[base_labels], -1).astype(np.int32)


def _report(
    votes: Votes,
    counts: Integers,
    labels: Labels,
    given: tuple[Moderation, Floats, int],
    engine: Engine,
) -> GroupReport:
    moderation, extremity, groups = given
    by_group = engine.count_groups(votes.offsets, votes.codes, labels, (groups, votes.shape[1]))
    statistics = group_statistics(by_group)
    agree, disagree = group_aware_consensus(by_group)
    return GroupReport(
        labels=labels,
        counts=by_group,
        statistics=statistics,
        representative=representative_statements(statistics, moderation.zeroed),
        majority=majority_consensus(counts, moderation.zeroed),
        consensus_agree=agree,
        consensus_disagree=disagree,
        priorities=priorities(by_group.sum(0), extremity, moderation.meta),
    )
