"""The whole landscape from votes: the steps in their order, and the same report for a partition that is given."""

import time
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from enishi.landscape import clusters
from enishi.landscape.bridging import Bridging, bridging_scores
from enishi.landscape.clusters import Clustering, Groups, Labels, Mode
from enishi.landscape.components import Components, principal_components, project
from enishi.landscape.consensus import Majority, group_aware_consensus, majority_consensus
from enishi.landscape.engine import Engine, EngineName, Floats, Integers, use_engine
from enishi.landscape.representative import (
    Representative,
    Side,
    Statistics,
    group_statistics,
    representative_statements,
)
from enishi.landscape.routing import extremities, priorities
from enishi.landscape.uncertainty import GroupSizes, group_sizes
from enishi.landscape.votes import Votes

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the result depends on besides the votes. groups: a fixed k, or None to choose by silhouette."""

    mode: Mode = "direct"
    groups: int | None = None
    least_votes: int = 7
    top_up: int = 15
    base_clusters: int = 100
    most_groups: int = 5

    def __post_init__(self) -> None:
        if self.mode not in ("direct", "polis"):
            raise ValueError(f"mode is {self.mode!r}, not direct or polis")
        if self.groups is not None and self.groups < 1:
            raise ValueError("groups must be 1 or more")


@dataclass(frozen=True, slots=True)
class Moderation:
    """out (m,): not to be shown or chosen; meta (m,): about the consultation itself. Both leave the components."""

    out: Mask
    meta: Mask

    @classmethod
    def none(cls, statements: int) -> "Moderation":
        return cls(np.zeros(statements, bool), np.zeros(statements, bool))

    @property
    def zeroed(self) -> Mask:
        return self.out | self.meta


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier run hands on, all optional.

    components (2, m): start of the solver and signs. base_centres (b, 2) and group_centres (k, 2): starts of the two
    k-means; group_centres also fix k and the numbering. included (n,): who was clustered once stays in.
    """

    components: Floats | None = None
    base_centres: Floats | None = None
    group_centres: Floats | None = None
    included: Mask | None = None


@dataclass(frozen=True, slots=True)
class GroupReport:
    """Everything that follows from a partition. Shapes: g groups, m statements.

    counts (g, m, 3): disagrees, passes, agrees; consensus_agree, consensus_disagree: group-aware consensus (m,).
    """

    labels: Labels
    counts: Integers
    statistics: Statistics
    representative: list[list[Representative]]
    majority: dict[Side, list[Majority]]
    consensus_agree: Floats
    consensus_disagree: Floats
    priorities: Floats


@dataclass(frozen=True, slots=True)
class Landscape:
    """The result. Shapes: n participants, m statements, g groups; index 0..n-1, 0..m-1 as in `votes`.

    labels (n,): group or -1 (too few votes); base_labels (n,): base cluster or -1; seconds: time of each stage.
    """

    votes: Votes
    moderation: Moderation
    parameters: Parameters
    engine: str
    counts: Integers
    components: Components
    places: Floats
    included: Mask
    base: Clustering
    base_labels: Labels
    groups: Groups
    report: GroupReport
    extremity: Floats
    bridging: Bridging | None = None
    sizes: GroupSizes | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def labels(self) -> Labels:
        return self.report.labels

    def handed_on(self) -> Earlier:
        """The start of the next run on more votes of the same participants and statements."""
        return Earlier(self.components.loadings, self.base.centres, self.groups.centres, self.included)


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
    engine: EngineName = "auto",
    threads: int | None = None,
) -> Landscape:
    """Groups, common ground, priorities, bridging and uncertainty of these votes.

    The answer depends on votes, parameters, moderation and `earlier`, never on threads. Any size works, none included.
    """
    passes = use_engine(engine, threads)
    core = analyse_core(votes, parameters, moderation, earlier, passes)
    laps = _Laps()
    bridging = bridging_scores(votes, core.counts, core.components, passes)
    laps.lap("bridging")
    sizes = group_sizes(votes, core.labels, core.groups.centres, core.components, passes)
    laps.lap("uncertainty")
    return replace(core, bridging=bridging, sizes=sizes, seconds=core.seconds | laps.seconds)


def analyse_core(
    votes: Votes,
    parameters: Parameters | None = None,
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
    included = clusters.include(votes.per_participant, votes.shape[1], asked.least_votes, asked.top_up)
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
    engine: EngineName = "auto",
) -> GroupReport:
    """Statistics, lists, consensus and priorities of a partition that is given: labels (n,), group or -1.

    So a recorded partition can be compared figure by figure.
    """
    passes = use_engine(engine)
    rules = moderation or Moderation.none(votes.shape[1])
    counts = passes.count_votes(votes.codes, votes.shape[1])
    extremity = extremities(principal_components(votes, counts, rules.zeroed, passes))
    given = np.ascontiguousarray(labels, dtype=np.int32)
    if given.shape != (votes.shape[0],):
        raise ValueError(f"labels have shape {given.shape}, not one for each of {votes.shape[0]} participants")
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
        start = clusters.first_distinct(places, asked.base_clusters)
    else:
        start = clusters.spread_start(places, asked.base_clusters)
    base = clusters.lloyd(points, start, clusters.POLIS_STILL)
    count = len(base.centres)
    most = min(asked.most_groups, 2 + count // 12, count)
    ks = range(min(2, count), most + 1) if asked.groups is None else range(asked.groups, asked.groups + 1)
    if asked.mode == "polis":
        return base, clusters.polis_groups(base, ks, before.group_centres, engine)
    return base, clusters.direct_groups(places, points, base, ks, before.group_centres, engine)


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
