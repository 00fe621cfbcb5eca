"""The whole landscape from votes, and the same report for a partition that is given."""

import time
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from enishi.landscape import clusters, kmeans
from enishi.landscape.bridging import bridging_scores
from enishi.landscape.clusters import Groups
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


class _Laps:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._from = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.seconds[name] = now - self._from
        self._from = now


def analyse(
    votes: Votes,
    parameters: Parameters | None = None,
    *,
    moderation: Moderation | None = None,
    earlier: Earlier | None = None,
    engine: Engine | None = None,
) -> Landscape:
    """Groups, common ground, priorities, bridging and uncertainty of these votes.

    The answer depends on votes, parameters, moderation and `earlier`, never on threads. Any size
    works, none included.
    """
    passes = engine or use_engine()
    core = analyse_core(votes, parameters, moderation=moderation, earlier=earlier, engine=passes)
    laps = _Laps()
    bridging = bridging_scores(votes, core.counts, core.components, passes)
    laps.lap("bridging")
    sizes = group_sizes(votes, core.labels, core.groups.centres, core.components, passes)
    laps.lap("uncertainty")
    return replace(core, bridging=bridging, sizes=sizes, seconds=core.seconds | laps.seconds)


def analyse_core(
    votes: Votes,
    parameters: Parameters | None = None,
    *,
    moderation: Moderation | None = None,
    earlier: Earlier | None = None,
    engine: Engine | None = None,
) -> Landscape:
    """The same without bridging and uncertainty: what Polis computes at each tick."""
    asked, before = parameters or Parameters(), earlier or Earlier()
    rules = moderation or Moderation.none(votes.shape[1])
    passes = engine or use_engine()
    laps = _Laps()
    counts = passes.count_votes(votes.codes, votes.shape[1])
    laps.lap("counts")
    components = principal_components(votes, counts, rules.zeroed, passes, start=before.components)
    laps.lap("components")
    places = project(votes, components, passes)
    laps.lap("projection")
    included = clusters.include(
        votes.per_participant, votes.shape[1], asked.least_votes, asked.top_up
    )
    if before.included is not None:
        included |= before.included
    base, groups = _cluster(places if included.all() else places[included], asked, before, passes)
    base_labels = _spread(base.labels, included)
    labels = base_labels if asked.mode == "polis" else _spread(groups.labels, included)
    if asked.mode == "polis" and len(groups.labels):
        labels = np.where(base_labels >= 0, groups.labels[base_labels], -1).astype(np.int32)
    laps.lap("clusters")
    extremity = extremities(components)
    report = _report(votes, counts, labels, (rules, extremity, groups.count), passes)
    laps.lap("statements")
    return Landscape(
        votes=votes,
        moderation=rules,
        parameters=asked,
        engine=passes.name,
        counts=counts,
        components=components,
        places=places,
        included=included,
        base=base,
        base_labels=base_labels,
        groups=groups,
        report=report,
        extremity=extremity,
        seconds=laps.seconds,
    )


def report_on(
    votes: Votes,
    labels: npt.NDArray[np.integer],
    *,
    moderation: Moderation | None = None,
    engine: Engine | None = None,
) -> GroupReport:
    """Statistics, lists, consensus and priorities of a partition that is given.

    labels (n,): group or -1.

    So a recorded partition can be compared figure by figure.
    """
    passes = engine or use_engine()
    rules = moderation or Moderation.none(votes.shape[1])
    counts = passes.count_votes(votes.codes, votes.shape[1])
    extremity = extremities(principal_components(votes, counts, rules.zeroed, passes))
    given = np.ascontiguousarray(labels, dtype=np.int32)
    if given.shape != (votes.shape[0],):
        raise ValueError(
            f"labels have shape {given.shape}, not one for each of {votes.shape[0]} participants"
        )
    groups = int(given.max(initial=-1)) + 1
    return _report(votes, counts, given, (rules, extremity, groups), passes)


def _cluster(
    places: Floats, asked: Parameters, before: Earlier, engine: Engine
) -> tuple[Clustering, Groups]:
    if len(places) == 0:
        nothing, nowhere = np.zeros(0, np.int32), np.zeros((0, 2))
        return Clustering(nowhere, np.zeros(0), nothing, 0), Groups(nothing, nowhere, {})
    points = engine.points(places)
    if before.base_centres is not None:
        start = before.base_centres
    elif asked.mode == "polis":
        start = kmeans.first_distinct(places, asked.base_clusters)
    else:
        start = kmeans.spread_start(places, asked.base_clusters)
    base = kmeans.lloyd(points, start, clusters.POLIS_STILL)
    count = len(base.centres)
    most = min(asked.most_groups, 2 + count // 12, count)
    ks = (
        range(min(2, count), most + 1)
        if asked.groups is None
        else range(asked.groups, asked.groups + 1)
    )
    if asked.mode == "polis":
        return base, clusters.polis_groups(base, ks, before.group_centres, engine)
    return base, clusters.direct_groups(points, base, ks, before.group_centres, engine)


def _spread(labels: Labels, included: Mask) -> Labels:
    full = np.full(len(included), -1, np.int32)
    full[included] = labels
    return full


def _report(
    votes: Votes,
    counts: Integers,
    labels: Labels,
    given: tuple[Moderation, Floats, int],
    engine: Engine,
) -> GroupReport:
    rules, extremity, groups = given
    by_group = engine.count_groups(votes.offsets, votes.codes, labels, (groups, votes.shape[1]))
    statistics = group_statistics(by_group)
    agree, disagree = group_aware_consensus(by_group)
    return GroupReport(
        labels=labels,
        counts=by_group,
        statistics=statistics,
        representative=representative_statements(statistics, rules.zeroed),
        majority=majority_consensus(counts, rules.zeroed),
        consensus_agree=agree,
        consensus_disagree=disagree,
        priorities=priorities(by_group.sum(0), extremity, rules.meta),
    )
