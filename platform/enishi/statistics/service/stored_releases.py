"""Stored releases as the gate reads them, and the gate once more over what is stored."""

import asyncio
from dataclasses import replace

import numpy as np

from enishi.disclosure.rounding import FEWER
from enishi.statistics.cubes import BY_NAME, CUBES, Cube
from enishi.statistics.errors import UnsafeReleaseError
from enishi.statistics.gate import NOTHING, UNBOUNDED, Outlets, Release, certify
from enishi.statistics.printed_cubes import Printed
from enishi.statistics.queries import cube_releases
from enishi.statistics.schemas import Audited, CubeRelease
from enishi.statistics.service import live_figures


async def find_latest(cube: Cube, until: int | None = None) -> Release | None:
    """The newest release of a cube, or the newest of the periods up to `until`."""
    found = await cube_releases.find_latest(cube.name, until)
    return None if found is None else await _release(cube, found)


async def _release(cube: Cube, stored: CubeRelease) -> Release:
    """With the numbers that its cells add up to: those of the parent's release of the same day."""
    cube = replace(cube, sigma=stored.sigma, small=stored.small)
    printed = _printed(stored)
    if cube.parent is None:
        return Release(cube, printed)
    parent = BY_NAME[cube.parent]
    found = await cube_releases.find_on(parent.name, stored.until)
    if found is None or (len(found.rows) == 1 and found.rows[0].value is None):
        return Release(cube, printed)
    return Release(cube, printed, (parent, _printed(found)))


def _printed(stored: CubeRelease) -> Printed:
    values = np.array(
        [FEWER if row.value is None else row.value for row in stored.rows], dtype=np.int64
    )
    number = BY_NAME[stored.cube].number(stored.begins, stored.until)
    releases = [row.releases or number for row in stored.rows]
    keys = [row.key for row in stored.rows]
    return Printed(keys, values, values, np.array(releases, dtype=np.int64))


async def _live(release: Release, stored: CubeRelease) -> Outlets:
    """What live pages show of the cells as of the last day, as far as that is kept.

    A dialogue counts up to a day of its own, which is not stored: the gate read its page when it
    was released. A least number above what is printed is from before people were set aside.
    """
    if release.cube.is_of_subjects or release.cube.audience != "public":
        return NOTHING
    of_day = (await live_figures.read([stored.until])).get(stored.until, NOTHING)
    if not of_day:
        return NOTHING
    values = release.printed.values.tolist()
    most_told = [stored.small - 1 if value == FEWER else value for value in values]
    names = release.cube.cell_names(release.printed.keys)
    return {
        name: of_day[name]
        for name, told in zip(names, most_told, strict=True)
        if name in of_day and (of_day[name][1] < UNBOUNDED or of_day[name][0] <= told)
    }


async def audit(*, every: bool) -> list[Audited]:
    """The gate over the newest release of each cube, or over every one, from what is stored.

    Beside each stands the former one, and what live pages showed by its last day.
    """
    found = []
    for cube in CUBES:
        periods = await cube_releases.list_periods(cube.name)
        for period, label in periods if every else periods[:1]:
            stored = await cube_releases.find_latest(cube.name, period)
            if stored is None:
                continue
            release, former = await _release(cube, stored), await find_latest(cube, period - 1)
            outlets = await _live(release, stored)
            try:
                gate = await asyncio.to_thread(certify, release, former, outlets)
            except UnsafeReleaseError as error:
                found.append(Audited(cube=cube.name, label=label, gate=None, reason=str(error)))
            else:
                found.append(Audited(cube=cube.name, label=label, gate=gate))
    return found
