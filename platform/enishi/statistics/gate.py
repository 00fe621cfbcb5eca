"""The gate of a release: what an outsider can work out of everything that is printed.

The outsider keeps this release and the former one, reads the live pages, and believes that noise
stays within three of its standard deviations and rounding within five people. The gate refuses a
release with a cell that this pins to fewer than ten people.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from enishi.disclosure.audit import ContradictionError, Tables, audit, believed, propagate
from enishi.disclosure.noise import spread
from enishi.disclosure.sums import Sums
from enishi.statistics.cubes import Cube
from enishi.statistics.errors import UnsafeReleaseError
from enishi.statistics.printed_cubes import Printed, tree_of
from enishi.statistics.schemas import Gate

Integers = npt.NDArray[np.int64]

LEAST_WIDTH = 10
BELIEVED = 3.0
"""Standard deviations of noise that an outsider believes in at first."""
_REACHES = (BELIEVED, 4.0, 5.0, 6.0)

Outlets = Mapping[str, tuple[int, int]]
"""Live pages with a number of people: the name of a cell, and the bounds that they print.

A page that tells only the least number has the upper bound UNBOUNDED. With CHANGE behind the name:
of the people who came less those who went since the former release.
"""
CHANGE = "|change"
UNBOUNDED = int(np.iinfo(np.int32).max)
NOTHING: Outlets = MappingProxyType({})


@dataclass(frozen=True)
class Release:
    """A cube as printed, with the cells of the cube that it adds up to, if it has one."""

    cube: Cube
    printed: Printed
    parent: tuple[Cube, Printed] | None = None

    @property
    def parts(self) -> tuple[tuple[Cube, Printed], ...]:
        return (
            ((self.cube, self.printed),)
            if self.parent is None
            else (
                self.parent,
                (self.cube, self.printed),
            )
        )

    @property
    def sums(self) -> Sums:
        width = sum(len(printed.keys) for _, printed in self.parts)
        if self.parent is None:
            nothing = np.zeros(0, dtype=np.int64)
            return Sums(nothing, nothing, nothing, 0, width)
        return tree_of(self.cube, tuple(self.printed.keys), tuple(self.parent[1].keys))

    def cell_names(self) -> list[str]:
        return [name for cube, printed in self.parts for name in cube.cell_names(printed.keys)]

    def bounds(self, reach: float, outlets: Outlets) -> tuple[Integers, Integers]:
        """Of each cell, as the outsider believes them; a live page narrows them."""
        los, his = [], []
        for cube, printed in self.parts:
            of_releases = {m: spread(m) for m in np.unique(printed.releases).tolist()}
            spreads = np.array([of_releases[m] for m in printed.releases.tolist()])
            lo, hi = believed(printed.values, cube.small, cube.sigma * spreads, reach=reach)
            for row, name in enumerate(cube.cell_names(printed.keys) if outlets else ()):
                if name in outlets:
                    least, most = outlets[name]
                    lo[row], hi[row] = max(lo[row], least), min(hi[row], most)
            los.append(lo)
            his.append(hi)
        return np.concatenate(los), np.concatenate(his)


def certify(release: Release, former: Release | None = None, outlets: Outlets = NOTHING) -> Gate:
    """The record of a release that passes. Raises UnsafeReleaseError.

    An outsider whose belief in the noise contradicts what is printed has to believe in more of it.
    """
    for reach in _REACHES:
        tables = _union(release, former, reach, outlets)
        width = sum(len(printed.keys) for _, printed in release.parts)
        try:
            lo, hi, programs = _intervals(tables, width, has_links=bool(outlets))
        except ContradictionError:
            continue
        least = int((hi - lo)[:width].min(initial=np.iinfo(np.int32).max))
        if least < LEAST_WIDTH:
            raise UnsafeReleaseError(
                f"{release.cube.name}: a cell is known to within {least} people"
            )
        return Gate(cells=len(tables.lo), lps=programs, least_width=least)
    raise UnsafeReleaseError(f"{release.cube.name}: what is printed contradicts itself")


def _intervals(tables: Tables, width: int, *, has_links: bool) -> tuple[Integers, Integers, int]:
    """Of the first `width` cells, and the linear programs that it took.

    A release alone is a forest of sums, where propagation is exact; known changes close circles.
    """
    if not has_links:
        return *propagate(tables), 0
    return audit(tables, np.arange(width), np.full(len(tables.lo), LEAST_WIDTH))


def _union(release: Release, former: Release | None, reach: float, outlets: Outlets) -> Tables:
    """Both releases as one system: cells now, cells before, and the changes that are known.

    Of a cell without a known change, the two counts are two unknowns: how many people came or went
    in a period is what an outsider wants to know.
    """
    now = Tables(release.sums, *release.bounds(reach, outlets))
    if former is None:
        return now
    before = Tables(former.sums, *former.bounds(reach, NOTHING))
    row_before = {name: row for row, name in enumerate(former.cell_names() if outlets else ())}
    links = [
        (row, row_before[name], outlets[name + CHANGE])
        for row, name in enumerate(release.cell_names() if outlets else ())
        if name in row_before and name + CHANGE in outlets
    ]
    cells_now = np.array([row for row, _, _ in links], dtype=np.int64)
    cells_before = np.array([row for _, row, _ in links], dtype=np.int64) + len(now.lo)
    bounds = np.array([each for _, _, each in links], dtype=np.int64).reshape(-1, 2)
    at, ones = np.arange(len(links)), np.ones(len(links), dtype=np.int64)
    width, count = len(now.lo) + len(before.lo), now.sums.count + before.sums.count
    # now = before + change: a sum for each of them.
    sums = Sums(
        np.concatenate([now.sums.rows, before.sums.rows + now.sums.count, *[at + count] * 3]),
        np.concatenate(
            [
                *(now.sums.cells, before.sums.cells + len(now.lo)),
                *(cells_now, cells_before, at + width),
            ]
        ),
        np.concatenate([now.sums.signs, before.sums.signs, -ones, ones, ones]),
        count + len(links),
        width + len(links),
    )
    return Tables(
        sums,
        np.concatenate([now.lo, before.lo, bounds[:, 0]]),
        np.concatenate([now.hi, before.hi, bounds[:, 1]]),
    )
