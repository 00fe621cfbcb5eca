"""Reads of releases as bands, which are not made any more. Nothing here reads a fact."""

import json
from datetime import date
from typing import Any

from enishi.kit import db
from enishi.kit.errors import NotFoundError
from enishi.statistics.schemas import Release, ReleaseTable

APPEND_ONLY = ("statistics_release",)  # see wiring.py


async def find_latest_day(until: date | None = None) -> date | None:
    """The day of the newest release, or of the newest one not after `until`."""
    found: date | None = await db.fetch_value(
        "SELECT max(as_of) FROM statistics_release WHERE $1::date IS NULL OR as_of <= $1", until
    )
    return found


async def list_days(size: int) -> list[date]:
    """The days of the newest releases, the newest first."""
    rows = await db.fetch(
        "SELECT DISTINCT as_of FROM statistics_release ORDER BY as_of DESC LIMIT $1", size
    )
    return [row["as_of"] for row in rows]


async def get_release(as_of: date) -> Release:
    """Every table of one day. Raises NotFoundError."""
    rows = await db.fetch(
        "SELECT name, as_of, rows, made_at FROM statistics_release WHERE as_of = $1", as_of
    )
    if not rows:
        raise NotFoundError
    return Release(
        as_of=as_of,
        made_at=max(row["made_at"] for row in rows),
        tables={row["name"]: _table(row) for row in rows},
    )


def _table(row: dict[str, Any]) -> ReleaseTable:
    document = json.loads(row["rows"])
    return ReleaseTable.model_validate({"name": row["name"], **document})
