"""Releases of cubes for tests of what reads them: numbers in tens from the names of the cells."""

import json
import zlib
from datetime import date

from enishi.kit import clock, db, page_cache
from enishi.kit.ids import new_id
from enishi.statistics.cubes import CUBES, Cube
from enishi.statistics.periods import get_period, last_closed

BEGINS = date(2026, 1, 1)
_INSERT = """
INSERT INTO statistics_cube_release (id, cube, period, label, until, begins, method, key_id, sigma,
    small, rows, gate, has_samples, made_at)
VALUES ($1, $2, $3, $4, $5, $6, 'root-1', 'test', $7, $8, $9, $10, false, $11)
"""


async def put(cube: Cube, period: int, subjects: tuple[str, ...] = ()) -> None:
    """A release of one cube with all of its keys, some of them below `small`."""
    at = get_period(cube.every, BEGINS, period)
    rows = []
    for key in cube.keys(subjects):
        tens = zlib.crc32(f"{cube.name}{key}{period}".encode()) % 60
        value = 10 * tens if tens >= 2 else None
        rows.append([list(key), value, *([period + 1] if cube.is_of_subjects else [])])
    if not cube.dimensions:
        rows = [[[], 12340 + 10 * period]]
    gate = {"cells": len(rows), "lps": 7, "least_width": 33}
    await db.execute(
        _INSERT,
        new_id(),
        cube.name,
        period,
        at.label,
        at.last,
        BEGINS,
        cube.sigma,
        cube.small,
        json.dumps(rows),
        json.dumps(gate),
        clock.now(),
    )


async def put_all(day: date, subjects: tuple[str, ...] = ()) -> None:
    """The newest release of every public cube as of the end of a day."""
    for cube in CUBES:
        if cube.audience == "public":
            period = last_closed(cube.every, BEGINS, day)
            if period >= 0:
                await put(cube, period, subjects)
    page_cache.invalidate()
