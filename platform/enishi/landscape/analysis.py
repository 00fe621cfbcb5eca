"""The complete analysis of votes, and the same report for a given partition into groups."""

import time
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from enishi.landscape.bridging import bridging_scores
from enishi.landscape.clusters import included_participants
from enishi.landscape.components import principal_components, project
from enishi.landscape.consensus import group_aware_consensus, majority_consensus
from enishi.landscape.engine import Engine, Floats, Integers
from enishi.landscape.engines import use_engine
from enishi.landscape.kmeans import Labels
from enishi.landscape.partition import steady_partition
from enishi.landscape.representative import group_statistics, representative_statements
from enishi.landscape.results import (
    Earlier,
    GroupReport,
    Landscape,
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
    included = included_participants(
        votes.per_participant, votes.shape[1], parameters.least_votes, parameters.top_up
    )
    if earlier.included is not None:
        included |= earlier.included
    found, steady = steady_partition(places, included, parameters, earlier, engine)
    timer.end_stage("clusters")
    extremity = extremities(components)
    groups = found.groups.count
    report = _report(votes, counts, found.labels, (moderation, extremity, groups), engine)
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
        outliers=found.outliers,
        base=found.base,
        base_labels=found.base_labels,
        groups=found.groups,
        report=report,
        extremity=extremity,
        steady=steady,
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
