"""Reads of the releases of cubes. Nothing here reads a fact."""

import json
from dataclasses import dataclass
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
ORDER BY period DESC LIMIT 1
"""


async def find_latest(cube: str, until: int | None = None) -> CubeRelease | None:
    """The newest release of a cube, or the newest of the periods up to `until`."""
    rows = await db.fetch(_RELEASE, cube, until, None)
    return _release(rows[0]) if rows else None


async def find_on(cube: str, last: date) -> CubeRelease | None:
    """The release of the period that ends on this day."""
    rows = await db.fetch(_RELEASE, cube, None, last)
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
    """What was published so far: the first month, the key of the noise, each cube's newest."""

    begins: date | None
    key_id: str | None
    newest: dict[str, int]


async def find_state() -> State:
    rows = await db.fetch(
        "SELECT cube, max(period) AS newest, min(begins) AS begins, min(key_id) AS key_id"
        " FROM statistics_cube_release GROUP BY cube"
    )
    return State(
        begins=min((row["begins"] for row in rows), default=None),
        key_id=rows[0]["key_id"] if rows else None,
        newest={row["cube"]: row["newest"] for row in rows},
    )


def _release(row: dict[str, Any]) -> CubeRelease:
    rows = tuple(
        CubeRow(key=tuple(key), value=value, releases=releases[0] if releases else None)
        for key, value, *releases in json.loads(row["rows"])
    )
    gate = Gate.model_validate_json(row["gate"])
    return CubeRelease.model_validate(row | {"rows": rows, "gate": gate})
