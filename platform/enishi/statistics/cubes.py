"""The cubes: every figure of people that is published, how often, and with how much noise.

A cube counts the acts of one kind by up to two dimensions. Each of its cells is a running count (a
stock) at the end of a period, released with keyed root noise (`enishi.disclosure.noise`). Nothing
else leaves the installation about people: not one municipality by age, nothing by day below the
nation. The exposure of one act, over all public cubes that count it, stays within BUDGET for ten
years of releases; a new cube has to find room in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import product
from typing import Literal

from enishi.disclosure.noise import spread
from enishi.statistics.cube_dimensions import (
    AGE,
    CHANNEL,
    HOME_PREFECTURE,
    HOME_REGION,
    PLACE,
    PLACE_CLASS,
    PLACE_OR_NONE,
    PLACE_PREFECTURE,
    PROGRAMME_KIND,
    SUBJECT,
    THEME,
    TIE,
    CubeDimension,
)
from enishi.statistics.periods import Cadence, index_of

BUDGET = 1.0
"""Of the exposures of one act together: then all releases tell it with TPR - FPR below 0.39."""

MOST_THEMES = 3
"""In how many cells of a theme one act is counted, at most."""

WEEKS = 13
"""A dialogue is released by the week for so long, and by the month from then on."""

# Releases in ten years.
_RELEASES = {Cadence.DAY: 3650, Cadence.WEEK: 520, Cadence.MONTH: 120, Cadence.QUARTER: 40}
_LIFETIME = 36  # releases of one dialogue: 13 weeks and 23 months; its number stays from then on

Key = tuple[str, ...]


class Act(StrEnum):
    """What is counted; the value is the name of the measure in the names of cells."""

    TIE = "relation.people"  # a person and a municipality, registration open
    PARTICIPATION = "dialogue.joined"  # a person and a dialogue
    ATTENDANCE = "programme.attended"  # a person and a session


@dataclass(frozen=True)
class Cube:
    """`sigma` in people; numbers below `small` are not printed.

    `lifetime`: in how many releases a cell is drawn anew, where that is less than ten years.
    `parent`: the cube whose printed numbers its cells add up to. Themes overlap, so they have none.
    """

    name: str
    act: Act
    dimensions: tuple[CubeDimension, ...]
    every: Cadence
    sigma: float
    audience: Literal["public", "office"] = "public"
    small: int = 20
    lifetime: int | None = None
    parent: str | None = None

    def __post_init__(self) -> None:
        """By the day only the nation: a day and an attribute leave one person in a cell."""
        if self.every is Cadence.DAY and self.dimensions:
            raise ValueError(f"{self.name}: nothing below the nation is published by the day")

    @property
    def releases(self) -> int:
        """How many releases its exposure pays for."""
        return self.lifetime or _RELEASES[self.every]

    @property
    def exposure(self) -> float:
        """Of one act in one cell, over all these releases: (spread / sigma)^2."""
        return (spread(self.releases) / self.sigma) ** 2

    @property
    def is_of_subjects(self) -> bool:
        """Whether its cells are those of single subjects, each numbered from its first period.

        Subjects are dialogues, or programmes where attendance is counted.
        """
        return SUBJECT in self.dimensions

    def number(self, begins: date, last: date) -> int:
        """How many periods of a series that begins with `begins` are over on the day `last`."""
        return index_of(self.every, begins, last) + 1

    def keys(self, subjects: Iterable[str] = ()) -> list[Key]:
        """All declared keys, of subjects those in `subjects`. The nation has the key ()."""
        levels = [
            tuple(subjects) if dimension.is_open else dimension.keys()
            for dimension in self.dimensions
        ]
        return list(product(*levels))

    def cell_names(self, keys: Sequence[Key]) -> list[str]:
        """The canonical name of each cell: `relation.people|place=212172`."""
        return [
            "|".join(
                (
                    self.act.value,
                    *sorted(
                        dimension.canonical(value)
                        for dimension, value in zip(self.dimensions, key, strict=True)
                    ),
                )
            )
            for key in keys
        ]


_DAY, _WEEK, _MONTH, _QUARTER = Cadence.DAY, Cadence.WEEK, Cadence.MONTH, Cadence.QUARTER


def _of_office(name: str, act: Act, dimension: CubeDimension) -> Cube:
    return Cube(
        name,
        act,
        (SUBJECT, dimension),
        _MONTH,
        3,
        audience="office",
        small=10,
        lifetime=_LIFETIME,
    )


CUBES = (
    Cube("tie.nation", Act.TIE, (), _DAY, 5),
    Cube("tie.prefecture", Act.TIE, (PLACE_PREFECTURE,), _MONTH, 6, parent="tie.nation"),
    Cube("tie.place", Act.TIE, (PLACE,), _MONTH, 3, parent="tie.prefecture"),
    Cube("tie.class", Act.TIE, (PLACE_CLASS,), _MONTH, 6, parent="tie.nation"),
    Cube("tie.age", Act.TIE, (HOME_REGION, AGE), _MONTH, 6, parent="tie.nation"),
    Cube(
        "tie.from_to",
        Act.TIE,
        (HOME_PREFECTURE, PLACE_PREFECTURE),
        _QUARTER,
        3,
        parent="tie.prefecture",
    ),
    Cube("part.nation", Act.PARTICIPATION, (), _DAY, 5),
    Cube("part.age", Act.PARTICIPATION, (HOME_REGION, AGE), _MONTH, 6, parent="part.nation"),
    Cube("part.prefecture", Act.PARTICIPATION, (HOME_PREFECTURE,), _MONTH, 6, parent="part.nation"),
    Cube("part.theme", Act.PARTICIPATION, (THEME,), _MONTH, 6),
    Cube("part.channel", Act.PARTICIPATION, (CHANNEL, TIE), _MONTH, 6, parent="part.nation"),
    Cube("part.place", Act.PARTICIPATION, (PLACE_OR_NONE,), _MONTH, 4, parent="part.nation"),
    Cube("part.subject", Act.PARTICIPATION, (SUBJECT,), _WEEK, 3, lifetime=_LIFETIME),
    _of_office("part.subject_age", Act.PARTICIPATION, AGE),
    _of_office("part.subject_prefecture", Act.PARTICIPATION, HOME_PREFECTURE),
    _of_office("part.subject_channel", Act.PARTICIPATION, CHANNEL),
    _of_office("part.subject_tie", Act.PARTICIPATION, TIE),
    Cube("visit.nation", Act.ATTENDANCE, (), _DAY, 5),
    Cube("visit.prefecture", Act.ATTENDANCE, (PLACE_PREFECTURE,), _MONTH, 6, parent="visit.nation"),
    Cube("visit.place", Act.ATTENDANCE, (PLACE,), _MONTH, 3, parent="visit.prefecture"),
    Cube("visit.age", Act.ATTENDANCE, (HOME_REGION, AGE), _MONTH, 6, parent="visit.nation"),
    Cube("visit.kind", Act.ATTENDANCE, (PROGRAMME_KIND, TIE), _MONTH, 6, parent="visit.nation"),
    _of_office("visit.subject_age", Act.ATTENDANCE, AGE),
    _of_office("visit.subject_prefecture", Act.ATTENDANCE, HOME_PREFECTURE),
)
BY_NAME = {cube.name: cube for cube in CUBES}


def exposure(act: Act) -> float:
    """Of one act, over all public cubes that count it: once in each, with themes up to three."""
    return sum(
        cube.exposure * (MOST_THEMES if THEME in cube.dimensions else 1)
        for cube in CUBES
        if cube.act is act and cube.audience == "public"
    )
