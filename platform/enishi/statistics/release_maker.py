"""Making the releases of the cubes of one act, period after period: no database, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from enishi.disclosure.noise import StockNoise
from enishi.disclosure.rounding import FEWER, display
from enishi.statistics.cube_dimensions import SUBJECT
from enishi.statistics.cubes import BY_NAME, WEEKS, Cube
from enishi.statistics.gate import Outlets, Release, certify
from enishi.statistics.periods import Cadence, Period, get_period, last_closed, numbered_on
from enishi.statistics.printed_cubes import Printed, print_cube
from enishi.statistics.schemas import Gate

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Due:
    """A closed period of a cube that is to be released."""

    cube: Cube
    period: Period


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


@dataclass
class Maker:
    """`began`: the first day of each dialogue; `former`: what each cube printed last."""

    key: bytes
    counts: Counts
    began: Mapping[str, date]
    former: dict[str, Release]
    outlets: Outlets
    _noises: dict[str, StockNoise] = field(default_factory=dict)
    _days: dict[str, date] = field(default_factory=dict)

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
            printed = self._print_subjects(cube, day)
        else:
            parent = self._parent(cube, day)
            noise = self._noise(cube, ())
            periods = due.period.index + 1
            printed = print_cube(cube, self.counts.at(cube, day), noise, periods, parent)
        release = Release(cube, printed, (BY_NAME[cube.parent or ""], parent) if parent else None)
        gate = certify(release, self.former.get(cube.name), self.outlets)
        self.former[cube.name] = release
        self._days[cube.name] = day
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

    def _print_subjects(self, cube: Cube, day: date) -> Printed:
        """Each dialogue by its own number of releases: as printed before where that is the same."""
        subjects = list(self.began)
        keys = cube.keys(subjects)
        noise = self._noise(cube, subjects)
        at = cube.dimensions.index(SUBJECT)
        of_subject = {name: numbering(cube, self.began[name], day) for name in subjects}
        before = self._before(cube)
        kept, values, releases = [], [], []
        for row, key in enumerate(keys):
            number, until = of_subject[key[at]]
            if number < 1:
                continue
            value, at_number = before.get(key, (FEWER, 0))
            if at_number != number:
                noisy = self.counts.at(cube, until)[row] + noise.of(number, cube.sigma)[row]
                value = int(display(noisy, cube.small))
            kept.append(key)
            values.append(value)
            releases.append(number)
        printed = np.array(values, dtype=np.int64)
        return Printed(kept, printed, printed, np.array(releases, dtype=np.int64))

    def _before(self, cube: Cube) -> dict[tuple[str, ...], tuple[int, int]]:
        former = self.former.get(cube.name)
        if former is None:
            return {}
        printed = former.printed
        pairs = zip(printed.values.tolist(), printed.releases.tolist(), strict=True)
        return dict(zip(printed.keys, pairs, strict=True))
