"""A released cube as people and programs read it.

Page, CSV, JSON and API are all made from a `CubeTable`, so a figure is one number everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from enishi.disclosure.noise import spread
from enishi.kit.errors import NotFoundError
from enishi.kit.formatting import format_date, format_number
from enishi.kit.i18n import gettext
from enishi.statistics import cubes
from enishi.statistics.cubes import Act, Cube
from enishi.statistics.key_labels import get_cube_labeller
from enishi.statistics.labels import CUBE_DIMENSIONS, CUBES, shown
from enishi.statistics.metrics import BY_KEY, Metric
from enishi.statistics.periods import Cadence
from enishi.statistics.queries import cube_releases
from enishi.statistics.schemas import CubeRelease

# Cells of these lie in several rows (themes), or not all of their acts in a row (dialogues that
# are not public): their sum is no total.
_WITHOUT_TOTAL = frozenset({"theme", "subject"})
# What a cube counts, in words. The value of an act names its cells for ever, and the noise with
# them; a person with registrations in two municipalities is two in the cells above these.
_METRICS = {
    Act.TIE: "relation.ties",
    Act.PARTICIPATION: "dialogue.joined",
    Act.ATTENDANCE: "programme.attended",
}


@dataclass(frozen=True)
class TableRow:
    """One cell. key, names: one for each dimension. people: None for fewer than the least.

    releases: how often it was released up to this one, which its noise follows from.
    """

    key: tuple[str, ...]
    names: tuple[str, ...]
    people: int | None
    text: str
    releases: int

    @property
    def is_unknown(self) -> bool:
        return "" in self.key or "unknown" in self.key


@dataclass(frozen=True)
class CubeTable:
    """A release with its words. total: of the nation up to the same day, where the cells add up."""

    cube: Cube
    release: CubeRelease
    rows: tuple[TableRow, ...]
    total: int | None

    @property
    def title(self) -> str:
        return str(CUBES[self.cube.name])

    @property
    def metric(self) -> Metric:
        return metric_of(self.cube)

    @property
    def dimensions(self) -> tuple[tuple[str, str], ...]:
        """Name and label of each."""
        return tuple((each.name, str(CUBE_DIMENSIONS[each.name])) for each in self.cube.dimensions)

    @property
    def period(self) -> str:
        """Up to which day people are counted, in words."""
        return gettext("%(day)sまで", day=format_date(self.release.until))

    @property
    def file(self) -> str:
        """The release in addresses."""
        return file_of(self.release.label)

    @property
    def small(self) -> str:
        """What is printed for fewer than the least."""
        return shown(None, self.release.small)

    @property
    def margin(self) -> int:
        """How far a printed number mostly lies from the count, to the ten.

        1.96 standard deviations of the noise, and 3 for the rounding.
        """
        releases = max((row.releases for row in self.rows), default=self.number)
        return max(10, 10 * round((1.96 * self.release.sigma * spread(releases) + 3) / 10))

    @property
    def number(self) -> int:
        """Of the release in its series, from 1."""
        return self.cube.number(self.release.begins, self.release.until)

    def cell(self, people: int | None) -> str:
        """A number in a table of people: without its unit."""
        return self.small if people is None else format_number(people)

    @cached_property
    def by_key(self) -> dict[tuple[str, ...], TableRow]:
        return {row.key: row for row in self.rows}

    def axis(self, at: int) -> list[tuple[str, str]]:
        """The (key, name) pairs of one dimension, in the order of the table."""
        return list(dict.fromkeys((row.key[at], row.names[at]) for row in self.rows))


def metric_of(cube: Cube) -> Metric:
    """The metric that the cells of a cube are."""
    return BY_KEY[_METRICS[cube.act]]


async def table_of(release: CubeRelease) -> CubeTable:
    """The table of a release, in the current language."""
    cube = cubes.BY_NAME[release.cube]
    labellers = [await get_cube_labeller(each.name) for each in cube.dimensions]
    number = cube.number(release.begins, release.until)
    rows = (
        TableRow(
            key=row.key,
            names=tuple(label(part) for label, part in zip(labellers, row.key, strict=True)),
            people=row.value,
            text=shown(row.value, release.small),
            releases=row.releases or number,
        )
        for row in release.rows
    )
    return CubeTable(cube, release, tuple(rows), await _find_total(cube, release))


async def _find_total(cube: Cube, release: CubeRelease) -> int | None:
    names = {each.name for each in cube.dimensions}
    if not names or names & _WITHOUT_TOTAL:
        return None
    nation = await _find_until(nation_of(cube.act), release.until)
    return nation.rows[0].value if nation and nation.until == release.until else None


async def find_table(name: str, until: date | None = None) -> CubeTable | None:
    """The newest release of a cube, or the newest one that ends not after `until`."""
    release = await _find_until(cubes.BY_NAME[name], until)
    return await table_of(release) if release else None


async def _find_until(cube: Cube, until: date | None) -> CubeRelease | None:
    if until is None:
        return await cube_releases.find_latest(cube.name)
    return await cube_releases.find_until(cube.name, until)


async def get_table(name: str, file: str) -> CubeTable:
    """A release by its part of an address. Raises NotFoundError."""
    for period, label in await cube_releases.list_periods(name):
        if file_of(label) == file and (found := await cube_releases.find_latest(name, period)):
            return await table_of(found)
    raise NotFoundError


def file_of(label: str) -> str:
    """The label of a period in addresses: that of a quarter has a slash."""
    return label.replace("/", "_")


def public_cubes(*, nation: bool) -> Sequence[Cube]:
    """The cubes that everybody reads: of the nation by the day, or the tables."""
    return [
        cube
        for cube in cubes.CUBES
        if cube.audience == "public" and (cube.every is Cadence.DAY) is nation
    ]


def nation_of(act: Act) -> Cube:
    return next(cube for cube in public_cubes(nation=True) if cube.act is act)
