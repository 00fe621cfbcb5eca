"""The inputs of an analysis besides the votes, and its results."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from enishi.landscape.bridging import Bridging
from enishi.landscape.clusters import Groups, Mode
from enishi.landscape.components import Components
from enishi.landscape.consensus import Majority
from enishi.landscape.engine import Floats, Integers
from enishi.landscape.kmeans import Clustering, Labels
from enishi.landscape.representative import Representative, Side, Statistics
from enishi.landscape.smoothing import SteadyCount
from enishi.landscape.uncertainty import GroupSizes
from enishi.landscape.votes import Votes

Mask = npt.NDArray[np.bool_]

LEAST_SHOWN = 10  # members of a group that is described, and votes of it on a statement


@dataclass(frozen=True, slots=True)
class Parameters:
    """Parameters of an analysis.

    mode: see clusters.py. groups: a fixed k, or None to choose k by silhouette. least_votes,
    top_up: see clusters.included_participants. base_clusters, most_groups: upper limits.
    least_group: the least number of members of a group, see partition.py.
    """

    mode: Mode = "direct"
    groups: int | None = None
    least_votes: int = 7
    top_up: int = 15
    base_clusters: int = 100
    most_groups: int = 5
    least_group: int = 3

    def __post_init__(self) -> None:
        if self.mode not in ("direct", "polis"):
            raise ValueError(f"mode is {self.mode!r}, not direct or polis")
        if self.groups is not None and self.groups < 1:
            raise ValueError("groups must be 1 or more")
        if self.least_group < 1:
            raise ValueError("least_group must be 1 or more")


@dataclass(frozen=True, slots=True)
class Moderation:
    """Masks of statements, each (m,). Both kinds are excluded from the components.

    out: moderated out, never listed. meta: about the consultation itself.
    """

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
    """State of an earlier run for a warm start; every part is optional.

    components (2, m): starting vectors of the solver, and its signs. base_centres (b, 2) and
    group_centres (k, 2): starting centres of the two k-means; group_centres also fix k and the
    numbering of the groups, but for those that became too small. included (n,): participants who
    were clustered before; they stay so. steady: with it, group_centres fix k only until another k
    was the best in enough runs (smoothing.py).
    """

    components: Floats | None = None
    base_centres: Floats | None = None
    group_centres: Floats | None = None
    included: Mask | None = None
    steady: SteadyCount | None = None


@dataclass(frozen=True, slots=True)
class GroupReport:
    """All results that follow from a partition into groups. g groups, m statements.

    labels (n,): group or -1. counts (g, m, 3): disagrees, passes, agrees. consensus_agree,
    consensus_disagree (m,): group-aware consensus. priorities (m,): see routing.py.
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
    """The result of an analysis. Indices of participants and statements are those of `votes`.

    engine: its name. counts (m, 3): disagrees, passes, agrees of all participants. places (n, 2).
    included (n,): participants with enough votes. outliers (n,): included, but so far from all
    others that they are in no group. labels (n,): group or -1. base_labels (n,): base cluster or
    -1. extremity (m,). steady: the number of groups and the best one of this run. seconds: duration
    of each stage.
    """

    votes: Votes
    moderation: Moderation
    parameters: Parameters
    engine: str
    counts: Integers
    components: Components
    places: Floats
    included: Mask
    outliers: Mask
    base: Clustering
    base_labels: Labels
    groups: Groups
    report: GroupReport
    extremity: Floats
    steady: SteadyCount
    bridging: Bridging | None = None
    sizes: GroupSizes | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def labels(self) -> Labels:
        return self.report.labels

    @property
    def shown(self) -> Mask:
        """Groups with enough members to be described without describing a person: (groups,)."""
        return self.groups.members >= LEAST_SHOWN

    def as_earlier(self) -> Earlier:
        """Warm start for a run on more votes of the same participants and statements."""
        return Earlier(
            self.components.loadings,
            self.base.centres,
            self.groups.centres,
            self.included,
            self.steady,
        )
