"""Reads of the releases of cubes. Nothing here reads a fact."""

import json
from typing import Any

from enishi.kit import db
from enishi.statistics.schemas import CubeRelease, CubeRow, Gate

APPEND_ONLY = ("statistics_cube_release",)  # see wiring.py

_COLUMNS = """cube, period, label, until, begins, method, key_id, sigma, small, rows, gate,
    has_samples, made_at"""


async def find_latest(cube: str, until: int | None = None) -> CubeRelease | None:
    """The newest release of a cube, or the newest of the periods up to `until`."""
    rows = await db.fetch(
        f"""SELECT {_COLUMNS} FROM statistics_cube_release
        WHERE cube = $1 AND ($2::integer IS NULL OR period <= $2) ORDER BY period DESC LIMIT 1""",  # noqa: S608 (constants)
        cube,
        until,
    )
    return _release(rows[0]) if rows else None


async def list_periods(cube: str) -> list[tuple[int, str]]:
    """The number and label of each released period, the newest first."""
    rows = await db.fetch(
        "SELECT period, label FROM statistics_cube_release WHERE cube = $1 ORDER BY period DESC",
        cube,
    )
    return [(row["period"], row["label"]) for row in rows]


def _release(row: dict[str, Any]) -> CubeRelease:
    rows = tuple(
        CubeRow(key=tuple(key), value=value, releases=releases[0] if releases else None)
        for key, value, *releases in json.loads(row["rows"])
    )
    gate = Gate.model_validate_json(row["gate"])
    return CubeRelease.model_validate(row | {"rows": rows, "gate": gate})
