"""What the last run of each self-check found: a recount of stored figures against their source.

A domain records the number of differences of each run, 0 unless there is a bug; the last run that
found some is kept, since a recount also mends. Operators see it on their board.
"""

from datetime import datetime

import structlog

from enishi.kit import clock, db
from enishi.kit.schema import Schema

_log = structlog.get_logger(__name__)
_RECORD = """
INSERT INTO kit_self_check AS c (name, differences, checked_at, found, found_at)
VALUES ($1, $2::bigint, $3::timestamptz, $2::bigint,
    CASE WHEN $2::bigint > 0 THEN $3::timestamptz END)
ON CONFLICT (name) DO UPDATE SET differences = $2::bigint, checked_at = $3::timestamptz,
    found = CASE WHEN $2::bigint > 0 THEN $2::bigint ELSE c.found END,
    found_at = CASE WHEN $2::bigint > 0 THEN $3::timestamptz ELSE c.found_at END
"""


class SelfCheck(Schema):
    """`differences` of the newest run; `found` and `found_at` of the last that had any."""

    name: str
    differences: int
    checked_at: datetime
    found: int
    found_at: datetime | None


async def record(name: str, differences: int) -> None:
    """Keep the result of a run, and log it as an error if it found differences."""
    await db.execute(_RECORD, name, differences, clock.now())
    if differences:
        _log.error("kit.self_check.differs", name=name, differences=differences)


async def list_checks() -> list[SelfCheck]:
    rows = await db.fetch(
        "SELECT name, differences, checked_at, found, found_at FROM kit_self_check ORDER BY name"
    )
    return [SelfCheck.model_validate(row) for row in rows]
