"""What goes into an analysis besides the votes, and what comes out."""

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
from enishi.landscape.uncertainty import GroupSizes
from enishi.landscape.votes import Votes

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the result depends on besides the votes.

    groups: a fixed k, or None to choose by silhouette.
    """

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
    """out (m,): not to be shown or chosen; meta (m,): about the consultation itself.

    Both leave the components.
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
    """What an earlier run hands on, all optional.

    components (2, m): start of the solver and signs. base_centres (b, 2) and group_centres (k, 2):
    starts of the two k-means; group_centres also fix k and the numbering. included (n,): who was
    clustered once stays in.
    """

    components: Floats | None = None
    base_centres: Floats | None = None
    group_centres: Floats | None = None
    included: Mask | None = None


@dataclass(frozen=True, slots=True)
class GroupReport:
    """Everything that follows from a partition. Shapes: g groups, m statements.

    counts (g, m, 3): disagrees, passes, agrees; consensus_agree, consensus_disagree: group-aware
    consensus (m,).
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
    """The result.

    Shapes: n participants, m statements, g groups; index 0..n-1, 0..m-1 as in `votes`.

    labels (n,): group or -1 (too few votes); base_labels (n,): base cluster or -1; seconds: time of
    each stage.
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
        return Earlier(
            self.components.loadings, self.base.centres, self.groups.centres, self.included
        )
