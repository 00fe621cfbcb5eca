"""What the page of results says: a published run as sentences with their evidence, and a map."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from enishi.consultations.landscape_runs.kinds import Disclosure, Showing
from enishi.consultations.landscape_runs.schemas import (
    Cell,
    GroupView,
    LandscapeView,
    MapView,
    OwnPlace,
    RunStamp,
    Share,
    StatementText,
)
from enishi.kit.i18n import Language, current_language, gettext_lazy
from enishi.landscape import claims, position, sentences, slate
from enishi.landscape.claims import Claim
from enishi.landscape.figures import Figures
from enishi.landscape.outlines import outlines, svg_path
from enishi.landscape.sentences import Names
from enishi.landscape.wording import Tongue

LEAST_VOTES = position.LEAST_VOTES
# Of a map: rows from the top, columns from the left.
_PLACES = (
    (gettext_lazy("左上"), gettext_lazy("上"), gettext_lazy("右上")),
    (gettext_lazy("左"), gettext_lazy("中央"), gettext_lazy("右")),
    (gettext_lazy("左下"), gettext_lazy("下"), gettext_lazy("右下")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence. basis, query: how to compute it again.

    statement: that it speaks of. shares: of the groups on it, by letter, that may be shown.
    """

    text: str
    statement: StatementText | None
    shares: Sequence[tuple[str, Share]]
    basis: Sequence[str]
    query: str


@dataclass(frozen=True, slots=True)
class GroupPart:
    """One group in sentences: how large it is, and what marks it."""

    letter: str
    size: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Outline:
    """A group on the map. path: `d` of an SVG path in squares; x, y: of its letter."""

    letter: str
    colour: int
    path: str
    x: float
    y: float
    where: str


@dataclass(frozen=True, slots=True)
class DrawnMap:
    """The map: `size` squares wide and high.

    absent: letters of groups without a square of enough people. own: the reader's place in squares,
    and in words.
    """

    size: int
    outlines: Sequence[Outline]
    absent: Sequence[str]
    own: tuple[float, float] | None = None
    own_where: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """The page. covering: of the cards, how many are enough for each group to be heard.

    is_compared: whether two groups are large enough to be compared.
    """

    stamp: RunStamp
    is_open: bool
    is_compared: bool
    common: Sequence[Line]
    groups: Sequence[GroupPart]
    divides: Sequence[Line]
    bridges: Sequence[Line]
    cards: Sequence[Line]
    covering: int | None
    uncertain: Sequence[Line]
    map: DrawnMap | None


@dataclass(frozen=True, slots=True)
class Position:
    """Where one reader stands. nearest: the line under the card."""

    nearest: Line
    letter: str
    differs: Sequence[Line]
    map: DrawnMap | None


class _Teller:
    """Puts claims about one run into words."""

    def __init__(self, view: LandscapeView, tongue: Tongue) -> None:
        self._statements = view.statements
        self._tongue = tongue
        self._names = Names(
            [group.letter for group in view.groups],
            [each.statement.number for each in view.statements],
        )

    def line(self, claim: Claim) -> Line:
        about = None if claim.statement is None else self._statements[claim.statement]
        shares = zip(self._names.letters, about.shares if about else (), strict=False)
        return Line(
            sentences.sentence(claim, self._tongue, self._names),
            about.statement if about else None,
            [(letter, share) for letter, share in shares if share is not None],
            sentences.basis(claim, self._tongue),
            claim.query(self._names.letters, self._names.numbers),
        )

    def lines(self, found: Sequence[Claim]) -> list[Line]:
        return [self.line(claim) for claim in found]


def tongue_of(*, easy: bool) -> Tongue:
    """The language of sentences: plain Japanese exists beside Japanese only."""
    if current_language() is Language.EN:
        return "en"
    return "easy_ja" if easy else "ja"


def contents(view: LandscapeView, *, easy: bool = False) -> Contents | None:
    """None unless figures by group may be shown."""
    figures = view.figures
    if view.showing is not Showing.SHOWN or figures is None:
        return None
    teller, is_open = _Teller(view, tongue_of(easy=easy)), view.disclosure is Disclosure.OPEN
    common = claims.common_ground(figures)
    chosen = slate.representative_slate(figures)
    return Contents(
        stamp=view.stamp,
        is_open=is_open,
        is_compared=len(figures.compared) > 1,
        common=teller.lines(common),
        groups=_groups(view, figures, teller, is_open=is_open),
        divides=teller.lines(claims.divides(figures)),
        bridges=teller.lines(claims.bridges(figures, common)),
        cards=teller.lines(chosen.claims),
        covering=chosen.covering,
        uncertain=teller.lines(claims.uncertainty(figures)),
        map=draw_map(view.map, view.groups) if view.map else None,
    )


def _groups(
    view: LandscapeView, figures: Figures, teller: _Teller, *, is_open: bool
) -> list[GroupPart]:
    sizes = claims.sizes(figures, is_open=is_open)
    return [
        GroupPart(group.letter, teller.line(size).text, teller.lines(claims.marks(figures, index)))
        for index, (group, size) in enumerate(zip(view.groups, sizes, strict=True))
    ]


def nearest_of(place: OwnPlace, *, easy: bool = False) -> Line | None:
    """The group that votes most like a reader; None if they are far from all, or too early."""
    figures, group = place.view.figures, place.group
    if figures is None or group is None:
        return None
    near = position.nearest(figures, place.votes, group)
    return _Teller(place.view, tongue_of(easy=easy)).line(near) if near else None


def position_of(place: OwnPlace, *, easy: bool = False) -> Position | None:
    """Where a reader stands; None as nearest_of."""
    figures, group, nearest = place.view.figures, place.group, nearest_of(place, easy=easy)
    if figures is None or group is None or nearest is None:
        return None
    teller = _Teller(place.view, tongue_of(easy=easy))
    return Position(
        nearest=nearest,
        letter=place.view.groups[group].letter,
        differs=teller.lines(position.differences(figures, place.votes, group)),
        map=_with_own_place(place) if place.view.map else None,
    )


def _with_own_place(place: OwnPlace) -> DrawnMap | None:
    drawn = place.view.map
    if drawn is None:
        return None
    across = (place.x / drawn.scale + 1) / 2 * drawn.size
    down = (1 - place.y / drawn.scale) / 2 * drawn.size
    own = (min(max(across, 0.0), drawn.size), min(max(down, 0.0), drawn.size))
    base = draw_map(drawn, place.view.groups)
    return DrawnMap(base.size, base.outlines, base.absent, own, _where(*own, drawn.size))


def draw_map(drawn: MapView, groups: Sequence[GroupView]) -> DrawnMap:
    """Outlines of the squares of each group."""
    found, absent = [], []
    shared = _shared_squares(drawn.cells)
    for index, group in enumerate(groups):
        cells = [cell for cell in drawn.cells if cell.group == index]
        if cells:
            found.append(_outline(group, cells, drawn.size, shared))
        else:
            absent.append(group.letter)
    return DrawnMap(drawn.size, found, absent)


def _shared_squares(cells: Sequence[Cell]) -> set[tuple[int, int]]:
    """Column and row of the squares in which people of several groups lie."""
    groups = Counter((cell.column, cell.row) for cell in cells)
    return {square for square, number in groups.items() if number > 1}


def _outline(
    group: GroupView, cells: Sequence[Cell], size: int, shared: set[tuple[int, int]]
) -> Outline:
    """The letter stands near the middle, in a square of this group alone if there is one."""
    across = sum(cell.column + 0.5 for cell in cells) / len(cells)
    down = sum(cell.row + 0.5 for cell in cells) / len(cells)
    own = [cell for cell in cells if (cell.column, cell.row) not in shared]
    middle = min(
        own or cells,
        key=lambda cell: (cell.column + 0.5 - across) ** 2 + (cell.row + 0.5 - down) ** 2,
    )
    return Outline(
        letter=group.letter,
        colour=group.colour % 6,
        path=svg_path(outlines((cell.column, cell.row) for cell in cells)),
        x=middle.column + 0.5,
        y=middle.row + 0.5,
        where=_where(across, down, size),
    )


def _where(across: float, down: float, size: int) -> str:
    """A ninth of the map in words."""
    column, row = (min(int(3 * each / size), 2) for each in (across, down))
    return str(_PLACES[row][column])
