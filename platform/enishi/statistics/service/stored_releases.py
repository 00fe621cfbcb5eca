"""Stored releases as the gate reads them, and the gate once more over what is stored."""

import asyncio
from dataclasses import replace

import numpy as np

from enishi.disclosure.rounding import FEWER
from enishi.statistics.cubes import BY_NAME, CUBES, Cube
from enishi.statistics.errors import UnsafeReleaseError
from enishi.statistics.gate import Release, certify
from enishi.statistics.printed_cubes import Printed
from enishi.statistics.queries import cube_releases
from enishi.statistics.schemas import Audited, CubeRelease


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


async def audit(*, every: bool) -> list[Audited]:
    """The gate over the newest release of each cube, or over every one, from what is stored."""
    found = []
    for cube in CUBES:
        periods = await cube_releases.list_periods(cube.name)
        for period, label in periods if every else periods[:1]:
            release = await find_latest(cube, period)
            former = await find_latest(cube, period - 1)
            if release is None:
                continue
            try:
                gate = await asyncio.to_thread(certify, release, former)
            except UnsafeReleaseError as error:
                found.append(Audited(cube=cube.name, label=label, gate=None, reason=str(error)))
            else:
                found.append(Audited(cube=cube.name, label=label, gate=gate))
    return found
