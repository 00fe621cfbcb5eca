"""The fixed tables of people that leave the house, each with its noise: the only way out for them.

A cube counts persons who stand somewhere at the end of a period (a stock): registered, joined,
attended. It has at most two dimensions, whose keys are declared and all released, so that a row
says nothing by being there. What is printed of a cell is its count with the noise of
`disclosure.noise`, which is keyed by the name of the cell and the number of the period.

One act lies in one cell of each cube of its kind. The exposure of a cube is what ten years of its
releases (or the life of a cell) tell of one act, and adds up over cubes: within BUDGET somebody who
knows everybody else and keeps all releases tells an act with an advantage (true less false
positives) of at most 2 Phi(1/2) - 1 = .383. `tests/statistics/test_cubes.py` adds it up.
"""

from dataclasses import dataclass
from enum import StrEnum

from enishi.disclosure.noise import spread
from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.statistics.periods import Every

BUDGET = 1.0
PUBLIC_SMALL, OFFICE_SMALL = 20, 10


class Act(StrEnum):
    """What a cube counts. The value begins the name of each cell, and is a key of a metric."""

    TIE = "relation.people"  # standing registrations: of one municipality, its registered people
    PARTICIPATION = "dialogue.joined"
    ATTENDANCE = "programme.attended"


class Dim(StrEnum):
    """The dimensions of cubes, frozen on the acts."""

    PLACE = "place"
    PLACE_PREFECTURE = "place_prefecture"
    PLACE_CLASS = "place_class"
    HOME_PREFECTURE = "home_prefecture"
    HOME_REGION = "home_region"
    AGE = "age"
    THEME = "theme"
    CHANNEL = "channel"
    TIE = "tie"
    PROGRAMME_KIND = "programme_kind"
    SUBJECT = "subject"


_OF_PEOPLE = frozenset({Dim.HOME_PREFECTURE, Dim.HOME_REGION, Dim.AGE, Dim.CHANNEL, Dim.TIE})
"""Dimensions that describe a person and not what they did."""


class Audience(StrEnum):
    PUBLIC = "public"
    OFFICE = "office"


@dataclass(frozen=True)
class Cube:
    """`sigma` in people: the standard deviation of the noise of the first period."""

    name: str
    title: LazyText
    act: Act
    dimensions: tuple[Dim, ...]
    every: Every
    sigma: float
    audience: Audience = Audience.PUBLIC
    lifetime: int | None = None  # releases of one cell, where it lives shorter than ten years

    def __post_init__(self) -> None:
        if len(self.dimensions) > 2:
            raise ValueError("a cube has at most two dimensions")
        is_daily = self.every is Every.DAY
        if is_daily and self.dimensions:
            raise ValueError("nothing below the nation is released by the day")
        if Dim.SUBJECT in self.dimensions and _OF_PEOPLE & set(self.dimensions):
            if self.audience is not Audience.OFFICE:
                raise ValueError("people of one dialogue are broken down for its office only")

    @property
    def small(self) -> int:
        """Counts below it are printed as "fewer than": zero is among them."""
        return PUBLIC_SMALL if self.audience is Audience.PUBLIC else OFFICE_SMALL

    @property
    def exposure(self) -> float:
        """(spread / sigma)^2: what all releases of a cell tell of one act."""
        return float((spread(self.lifetime or self.every.in_ten_years) / self.sigma) ** 2)

    @property
    def adds_up(self) -> bool:
        """Whether each person lies in just one cell, so that the cells add up to the nation."""
        return Dim.THEME not in self.dimensions and Dim.SUBJECT not in self.dimensions


def cell_name(act: Act, key: dict[Dim, str]) -> str:
    """The canonical name of a cell: dimensions in order, and equal cells named alike.

    relation.people|place=212172. Hokkaido is a region and a prefecture: its cell is the latter.
    """
    if key.get(Dim.HOME_REGION) == "hokkaido":
        key = {d: v for d, v in key.items() if d is not Dim.HOME_REGION}
        key[Dim.HOME_PREFECTURE] = "01"
    return "|".join((act.value, *(f"{d.value}={key[d]}" for d in sorted(key))))


_TIES, _VOICES, _VISITS = Act.TIE, Act.PARTICIPATION, Act.ATTENDANCE
_REGION_AGE = (Dim.HOME_REGION, Dim.AGE)

CUBES = (
    Cube("tie.nation", gettext_lazy("登録（全国）"), _TIES, (), Every.DAY, 5),
    Cube(
        "tie.place",
        gettext_lazy("地域ごとの登録者"),
        _TIES,
        (Dim.PLACE,),
        Every.MONTH,
        3,
    ),
    Cube(
        "tie.prefecture",
        gettext_lazy("どの都道府県に登録があるか"),
        _TIES,
        (Dim.PLACE_PREFECTURE,),
        Every.MONTH,
        6,
    ),
    Cube(
        "tie.class",
        gettext_lazy("どんな規模のまちに登録があるか"),
        _TIES,
        (Dim.PLACE_CLASS,),
        Every.MONTH,
        6,
    ),
    Cube(
        "tie.from_to",
        gettext_lazy("どこに住む人が、どこに登録しているか"),
        _TIES,
        (Dim.HOME_PREFECTURE, Dim.PLACE_PREFECTURE),
        Every.QUARTER,
        3,
    ),
    Cube("tie.age", gettext_lazy("登録者の地方と年代"), _TIES, _REGION_AGE, Every.MONTH, 6),
    Cube("part.nation", gettext_lazy("対話に加わった人（全国）"), _VOICES, (), Every.DAY, 5),
    Cube("part.age", gettext_lazy("加わった人の地方と年代"), _VOICES, _REGION_AGE, Every.MONTH, 6),
    Cube(
        "part.prefecture",
        gettext_lazy("加わった人の住む都道府県"),
        _VOICES,
        (Dim.HOME_PREFECTURE,),
        Every.MONTH,
        6,
    ),
    Cube(
        "part.theme",
        gettext_lazy("テーマごとの加わった人"),
        _VOICES,
        (Dim.THEME,),
        Every.MONTH,
        6,
    ),
    Cube(
        "part.channel",
        gettext_lazy("参加のしかたと、地域とのかかわり"),
        _VOICES,
        (Dim.CHANNEL, Dim.TIE),
        Every.MONTH,
        6,
    ),
    Cube(
        "part.place",
        gettext_lazy("地域の対話に加わった人"),
        _VOICES,
        (Dim.PLACE,),
        Every.MONTH,
        4,
    ),
    Cube(
        "part.subject",
        gettext_lazy("対話ごとの加わった人"),
        _VOICES,
        (Dim.SUBJECT,),
        Every.WEEK,
        3,
        lifetime=13,
    ),
    Cube("visit.nation", gettext_lazy("体験・活動への出席（全国）"), _VISITS, (), Every.DAY, 5),
    Cube(
        "visit.place",
        gettext_lazy("地域ごとの出席"),
        _VISITS,
        (Dim.PLACE,),
        Every.MONTH,
        3,
    ),
    Cube(
        "visit.prefecture",
        gettext_lazy("出席のあった都道府県"),
        _VISITS,
        (Dim.PLACE_PREFECTURE,),
        Every.MONTH,
        6,
    ),
    Cube("visit.age", gettext_lazy("出席した人の地方と年代"), _VISITS, _REGION_AGE, Every.MONTH, 6),
    Cube(
        "visit.kind",
        gettext_lazy("体験・活動の種類と、地域とのかかわり"),
        _VISITS,
        (Dim.PROGRAMME_KIND, Dim.TIE),
        Every.MONTH,
        6,
    ),
)
BY_NAME = {cube.name: cube for cube in CUBES}
