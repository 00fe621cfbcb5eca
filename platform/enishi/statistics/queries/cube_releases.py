"""Reads of the releases of cubes. Nothing here reads a fact."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from enishi.kit import db
from enishi.statistics.schemas import CubeRelease, CubeRow, Gate

APPEND_ONLY = ("statistics_cube_release",)  # see wiring.py

_RELEASE = """
SELECT cube, period, label, until, begins, method, key_id, sigma, small, rows, gate, has_samples,
    made_at
FROM statistics_cube_release
WHERE cube = $1 AND ($2::integer IS NULL OR period <= $2) AND ($3::date IS NULL OR until = $3)
    AND ($4::date IS NULL OR until <= $4)
ORDER BY period DESC LIMIT 1
"""


async def find_latest(cube: str, until: int | None = None) -> CubeRelease | None:
    """The newest release of a cube, or the newest of the periods up to `until`."""
    rows = await db.fetch(_RELEASE, cube, until, None, None)
    return _release(rows[0]) if rows else None


async def find_on(cube: str, last: date) -> CubeRelease | None:
    """The release of the period that ends on this day."""
    rows = await db.fetch(_RELEASE, cube, None, last, None)
    return _release(rows[0]) if rows else None


async def find_until(cube: str, day: date) -> CubeRelease | None:
    """The newest release of the periods that end on this day or before."""
    rows = await db.fetch(_RELEASE, cube, None, None, day)
    return _release(rows[0]) if rows else None


async def find_latest_day(cube: str) -> date | None:
    """The last day that the newest release of a cube counts."""
    found: date | None = await db.fetch_value(
        "SELECT max(until) FROM statistics_cube_release WHERE cube = $1", cube
    )
    return found


async def list_periods(cube: str) -> list[tuple[int, str]]:
    """The number and label of each released period, the newest first."""
    rows = await db.fetch(
        "SELECT period, label FROM statistics_cube_release WHERE cube = $1 ORDER BY period DESC",
        cube,
    )
    return [(row["period"], row["label"]) for row in rows]


@dataclass(frozen=True)
class State:
    """What was published so far.

    begins: the first day of all, from which periods are numbered in addresses. series: that of the
    newest series, from which its noise is numbered; it is another one only after a lost key.
    key_id: of the newest series, and keys of all. newest, series_of: by cube.
    """

    begins: date | None = None
    series: date | None = None
    key_id: str | None = None
    keys: frozenset[str] = frozenset()
    newest: Mapping[str, int] = field(default_factory=dict)
    series_of: Mapping[str, date] = field(default_factory=dict)


async def find_state() -> State:
    rows = await db.fetch(
        "SELECT cube, max(period) AS newest, min(begins) AS begins, max(begins) AS series"
        " FROM statistics_cube_release GROUP BY cube"
    )
    keys = await db.fetch(
        "SELECT key_id FROM statistics_cube_release GROUP BY key_id"
        " ORDER BY max(begins) DESC, max(made_at) DESC"
    )
    if not rows:
        return State()
    return State(
        begins=min(row["begins"] for row in rows),
        series=max(row["series"] for row in rows),
        key_id=keys[0]["key_id"],
        keys=frozenset(row["key_id"] for row in keys),
        newest={row["cube"]: row["newest"] for row in rows},
        series_of={row["cube"]: row["series"] for row in rows},
    )


async def list_series() -> list[date]:
    """The first day of each series, the oldest first: one, unless a key was lost."""
    rows = await db.fetch("SELECT DISTINCT begins FROM statistics_cube_release ORDER BY begins")
    return [row["begins"] for row in rows]


def _release(row: dict[str, Any]) -> CubeRelease:
    rows = tuple(
        CubeRow(key=tuple(key), value=value, releases=releases[0] if releases else None)
        for key, value, *releases in json.loads(row["rows"])
    )
    gate = Gate.model_validate_json(row["gate"])
    return CubeRelease.model_validate(row | {"rows": rows, "gate": gate})
