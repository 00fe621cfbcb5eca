"""Making the releases of the cubes of one act, period after period: no database, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from enishi.disclosure.noise import StockNoise, spread
from enishi.disclosure.rounding import FEWER
from enishi.statistics.cube_dimensions import SUBJECT
from enishi.statistics.cubes import BY_NAME, WEEKS, Cube, Key
from enishi.statistics.gate import (
    BELIEVED,
    CHANGE,
    NOTHING,
    UNBOUNDED,
    Outlets,
    Release,
    certify,
)
from enishi.statistics.periods import Cadence, Period, get_period, last_closed, numbered_on
from enishi.statistics.printed_cubes import Printed, declared_keys, print_cells, print_cube
from enishi.statistics.schemas import Gate

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Due:
    """A closed period of a cube that is to be released: the `number`th of its series."""

    cube: Cube
    period: Period
    number: int


@dataclass(frozen=True)
class Made:
    due: Due
    printed: Printed
    gate: Gate


@dataclass(frozen=True)
class Counts:
    """What stands in each cell of each cube (rows as Cube.keys) at the end of some days."""

    days: Sequence[date]
    stocks: Mapping[str, Integers]

    def at(self, cube: Cube, day: date) -> Integers:
        found: Integers = self.stocks[cube.name][:, self.days.index(day)]
        return found


def numbering(cube: Cube, first: date, last: date) -> tuple[int, date]:
    """(m, day) of a dialogue that began on `first`: its releases up to `last`, the day it counts.

    0 before its first period is over; after its lifetime it stays as it is.
    """
    most = cube.releases
    if cube.every is Cadence.WEEK:
        return numbered_on(first, last, WEEKS, most)
    passed = min(last_closed(cube.every, first, last) + 1, most)
    return passed, get_period(cube.every, first, passed - 1).last


def days_of(dues: Sequence[Due], began: Mapping[str, date]) -> list[date]:
    """All days at whose end something is counted for these releases."""
    days = {due.period.last for due in dues}
    for due in dues:
        if due.cube.is_of_subjects:
            days |= {numbering(due.cube, each, due.period.last)[1] for each in began.values()}
    return sorted(days)


@dataclass(frozen=True)
class _Shown:
    """Of the cells of one release: what live pages print, and the least numbers, 0 for none."""

    outlets: Outlets
    floors: Integers


@dataclass
class Maker:
    """`began`: the first day of each dialogue; `former`: what each cube printed last.

    `live`: what live pages show of cells, by the day up to whose end it counts. `drawn_anew`:
    cubes whose former release is of another series: none of its numbers is kept.
    """

    key: bytes
    counts: Counts
    began: Mapping[str, date]
    former: dict[str, Release]
    live: Mapping[date, Outlets]
    drawn_anew: set[str] = field(default_factory=set)
    _noises: dict[str, StockNoise] = field(default_factory=dict)
    _days: dict[str, date] = field(default_factory=dict)
    _outlets: dict[str, Outlets] = field(default_factory=dict)

    def make(self, dues: Sequence[Due]) -> list[Made]:
        """In the order of days, and on a day in that of CUBES: a parent before its parts.

        Raises UnsafeReleaseError.
        """
        order = {name: i for i, name in enumerate(BY_NAME)}
        in_order = sorted(dues, key=lambda due: (due.period.last, order[due.cube.name]))
        return [self._make(due) for due in in_order]

    def _make(self, due: Due) -> Made:
        cube, day = due.cube, due.period.last
        parent = None
        if cube.is_of_subjects:
            printed, shown = self._print_subjects(cube, day)
        else:
            parent = self._parent(cube, day)
            keys, periods = declared_keys(cube), due.number
            noisy = self.counts.at(cube, day) + self._noise(cube, ()).of(periods, cube.sigma)
            shown = self._shown(cube, keys, noisy, [(periods, day)] * len(keys))
            printed = print_cube(cube, noisy, periods, shown.floors, parent)
        release = Release(cube, printed, (BY_NAME[cube.parent or ""], parent) if parent else None)
        of_parent = self._outlets[cube.parent] if cube.parent and parent else NOTHING
        outlets = {**of_parent, **shown.outlets}
        gate = certify(release, self.former.get(cube.name), outlets)
        self.former[cube.name] = release
        self.drawn_anew.discard(cube.name)
        self._days[cube.name], self._outlets[cube.name] = day, shown.outlets
        return Made(due, printed, gate)

    def _parent(self, cube: Cube, day: date) -> Printed | None:
        """The printed numbers of the same day that the cells add up to.

        None where the total is not printed: a table below it then has no sum to keep.
        """
        name = cube.parent
        if name is None or self._days.get(name) != day:
            return None
        printed = self.former[name].printed
        return None if len(printed.keys) == 1 and printed.values[0] == FEWER else printed

    def _noise(self, cube: Cube, subjects: Sequence[str]) -> StockNoise:
        if cube.name not in self._noises:
            names = cube.cell_names(cube.keys(subjects))
            self._noises[cube.name] = StockNoise(self.key, names)
        return self._noises[cube.name]

    def _shown(
        self, cube: Cube, keys: Sequence[Key], noisy: Integers, drawn: Sequence[tuple[int, date]]
    ) -> _Shown:
        """What live pages show of these cells; `drawn`: the releases of each, and its last day.

        A least number that the noise cannot explain is left out: the page still counts people whom
        an office has set aside since, so it is no bound of what is released.
        """
        outlets: dict[str, tuple[int, int]] = {}
        floors = np.zeros(len(keys), dtype=np.int64)
        names = cube.cell_names(keys) if self.live and cube.audience == "public" else ()
        for row, name in enumerate(names):
            releases, day = drawn[row]
            of_day = self.live.get(day, NOTHING)
            if name + CHANGE in of_day:
                outlets[name + CHANGE] = of_day[name + CHANGE]
            least, most = of_day.get(name, (0, UNBOUNDED))
            reach = BELIEVED * cube.sigma * spread(releases)
            if most < UNBOUNDED or 0 < least <= noisy[row] + reach:
                outlets[name], floors[row] = (least, most), least
        return _Shown(outlets, floors)

    def _print_subjects(self, cube: Cube, day: date) -> tuple[Printed, _Shown]:
        """Each dialogue by its own number of releases: as printed before where that is the same."""
        subjects = list(self.began)
        at = cube.dimensions.index(SUBJECT)
        of_subject = {name: numbering(cube, self.began[name], day) for name in subjects}
        rows = [
            (row, key, *of_subject[key[at]])
            for row, key in enumerate(cube.keys(subjects))
            if of_subject[key[at]][0] > 0
        ]
        noise = self._noise(cube, subjects)
        drawn = {number: noise.of(number, cube.sigma) for number in {each[2] for each in rows}}
        counts = {until: self.counts.at(cube, until) for until in {each[3] for each in rows}}
        noisy = np.array(
            [counts[until][row] + drawn[number][row] for row, _, number, until in rows],
            dtype=np.int64,
        )
        keys, releases = [each[1] for each in rows], np.array([each[2] for each in rows], np.int64)
        shown = self._shown(cube, keys, noisy, [each[2:] for each in rows])
        _, values = print_cells(noisy, shown.floors, cube.small)
        before = self._before(cube)
        outlets = dict(shown.outlets)
        for row, (key, number) in enumerate(zip(keys, releases.tolist(), strict=True)):
            value, at_number = before.get(key, (FEWER, 0))
            if at_number == number:  # it is out: a page can narrow it, and a refusal cannot mend it
                values[row] = value
                outlets.pop(cube.cell_names([key])[0], None)
        return Printed(keys, values, values, releases), _Shown(outlets, shown.floors)

    def _before(self, cube: Cube) -> dict[tuple[str, ...], tuple[int, int]]:
        former = self.former.get(cube.name)
        if former is None or cube.name in self.drawn_anew:
            return {}
        printed = former.printed
        pairs = zip(printed.values.tolist(), printed.releases.tolist(), strict=True)
        return dict(zip(printed.keys, pairs, strict=True))
