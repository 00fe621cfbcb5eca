"""What crosses the border of the room: a run as the public may see it, and one's own place."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from enishi.consultations.core.translations import TranslatableText
from enishi.consultations.landscape_runs.kinds import Disclosure, NotPlaced, RunKind, Showing
from enishi.landscape.figures import Figures


@dataclass(frozen=True, slots=True)
class RunStamp:
    """Which run the figures of a page come from.

    votes_until: votes that were written before this instant are in it. people: who voted; while
    open rounded down to tens. votes: None while open, because the sums beside it are of another
    instant. input_hash: SHA-256 of votes, ids and moderation. engine: its name and version.
    """

    number: int
    kind: RunKind
    votes_until: datetime
    published_at: datetime
    people: int
    votes: int | None
    input_hash: str
    engine: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """One group. letter and colour (0, 1, 2 …) stay with it from run to run.

    fifths: its size in fifths of all who are in groups, 0 for less than a tenth; the only one that
    is set while open. percent, tens: after the close. members: where the ballots are published.
    is_compared: whether it is large enough to be compared with others.
    """

    letter: str
    colour: int
    fifths: int
    percent: int | None
    tens: int | None
    members: int | None
    is_compared: bool


@dataclass(frozen=True, slots=True)
class Share:
    """The votes of one group on one statement, in whole percent of those of it who voted on it.

    is_sure: whether the 95 % interval of the larger side lies above one half; the interval itself
    would give the number of votes away. seen: votes, where the ballots are published.
    """

    agree: int
    disagree: int
    passed: int
    is_sure: bool
    seen: int | None


class StatementText(TranslatableText):
    """A public statement of the run."""

    id: uuid.UUID
    number: int


@dataclass(frozen=True, slots=True)
class StatementView:
    """One public statement. shares: by group, in the order of the view's groups.

    A share is None where fewer than ten of the group voted, or where it would follow from the sums.
    """

    statement: StatementText
    shares: tuple[Share | None, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A square of the map on which at least five members of a group lie; 0, 0 is at the top left.

    group: index of the view's groups. column, row: 0 to MapView.size - 1.
    """

    group: int
    column: int
    row: int


@dataclass(frozen=True, slots=True)
class MapView:
    """The map as cells of at least five people: `size` rows and columns, no people in figures.

    scale: a place (x, y) of the components lies at column (x / scale + 1) / 2 * size and row
    (1 - y / scale) / 2 * size.
    """

    size: int
    scale: float
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class LandscapeView:
    """The newest published run of a consultation, as far as the public may see it now.

    groups: by letter; statements: the public ones that have votes, by number. Both are empty unless
    `showing` is SHOWN. figures: what claims are made from, for the server only; its group g is
    groups[g], its statement j is statements[j], and votes that may not be shown are 0 in it.
    """

    consultation_id: uuid.UUID
    stamp: RunStamp
    disclosure: Disclosure
    showing: Showing
    groups: tuple[GroupView, ...]
    statements: tuple[StatementView, ...]
    map: MapView | None
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """Where one participant stands in the newest run. Only for that participant's own fragment.

    votes: index of the view's statements -> -1, 0, 1; their votes as they are now. group: index of
    the view's groups, None for a participant far from all of them. x, y: see MapView.scale.
    """

    view: LandscapeView
    votes: dict[int, int]
    group: int | None
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class NoPlace:
    """There is no place to show. missing: how many more votes are needed, 0 for another reason."""

    why: NotPlaced
    missing: int = 0


@dataclass(frozen=True, slots=True)
class ExportedStatement:
    """A statement as a file has it; the text of one that is not public is empty."""

    number: int
    text: str
    is_public: bool
    is_meta: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PanelRun:
    """A run as the office sees it: whether the groups are stable, not how large they are.

    fifths: the size of each group in fifths of those in groups. firm: in whole percent, see
    landscape/uncertainty.py; None for a group without. Both are empty if a group is too small.
    silhouettes: number of groups -> mean silhouette.
    """

    number: int
    kind: RunKind
    votes_until: datetime
    published_at: datetime
    seconds: float
    groups: int
    best_groups: int
    silhouettes: dict[int, float]
    letters: tuple[str, ...]
    fifths: tuple[int, ...]
    firm: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class GuestComparison:
    """Numbers of groups of everybody, and of all but the guests, in a final run.

    same_percent: of those who are no guests, how many are in the same group both times; in fives.
    """

    groups: int
    groups_without: int
    same_percent: int


@dataclass(frozen=True, slots=True)
class Apart:
    """A public statement with its agreement in whole percent: of everybody, and of accounts."""

    number: int
    text: str
    everybody: int
    accounts: int
