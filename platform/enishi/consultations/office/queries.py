"""Statements and opinions by their moderation state."""

import uuid

from enishi.consultations.core.kinds import State
from enishi.consultations.office.schemas import ModerationRow
from enishi.kit import db
from enishi.kit.pagination import PAGE_SIZE, Page, decode_cursor

_ALL = """
SELECT * FROM (
    SELECT 'statement' AS kind, s.id, s.text, s.state, s.hidden_reason, s.created_at
    FROM consultations_statement s WHERE s.consultation_id = $1 AND s.state = $2
    UNION ALL
    SELECT 'opinion', o.id, v.text, o.state, o.hidden_reason, o.created_at
    FROM consultations_opinion o
    JOIN consultations_opinion_version v ON v.opinion_id = o.id AND v.number = o.version
    WHERE o.consultation_id = $1 AND o.state = $2
) x WHERE $3::uuid IS NULL OR x.id < $3 ORDER BY x.id DESC LIMIT $4
"""


async def list_in_state(
    consultation_id: uuid.UUID, state: State, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[ModerationRow]:
    """A page of statements and opinions in one state, the latest first."""
    before = decode_cursor(cursor, uuid.UUID)[0] if cursor else None
    rows = await db.fetch(_ALL, consultation_id, state, before, size + 1)
    views = [ModerationRow.model_validate(row) for row in rows]
    return Page.of(views, lambda view: (view.id,), size)


async def count_by_state(consultation_id: uuid.UUID) -> dict[State, int]:
    """Statements and opinions together, by state."""
    rows = await db.fetch(
        """
        SELECT state, count(*)::int AS times FROM (
            SELECT state FROM consultations_statement WHERE consultation_id = $1
            UNION ALL SELECT state FROM consultations_opinion WHERE consultation_id = $1
        ) x GROUP BY state
        """,
        consultation_id,
    )
    return {State(row["state"]): row["times"] for row in rows}


async def count_public_statements(consultation_id: uuid.UUID) -> int:
    """Accepted statements of a consultation, which may be a draft: publication requires one."""
    [row] = await db.fetch(
        "SELECT count(*)::int AS times FROM consultations_statement"
        " WHERE consultation_id = $1 AND state = 'accepted'",
        consultation_id,
    )
    times: int = row["times"]
    return times
