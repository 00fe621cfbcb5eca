"""Reads of postponements: the latest of a session, and how parties answered."""

import uuid
from collections.abc import Sequence

from enishi.kit import db
from enishi.programmes.applications.letter_schemas import Answer, AnswerCount, PostponementView

_LATEST = """
SELECT id, session_id, was_starts_at, was_ends_at, starts_at, ends_at, reason, decided_at
FROM programmes_postponement WHERE session_id = $1 ORDER BY decided_at DESC, id DESC LIMIT 1
"""
# A party that left gave its place back, also one that had said that it stays.
_ANSWERS = """
SELECT p.application_id,
    CASE WHEN a.state IN ('cancelled', 'declined', 'expired', 'cancelled_by_host') THEN 'left'
        WHEN p.stays_at IS NOT NULL THEN 'stays' ELSE '' END AS answer
FROM programmes_postponement_answer p
JOIN programmes_application a ON a.id = p.application_id
WHERE p.postponement_id = $1 AND ($2::uuid[] IS NULL OR p.application_id = ANY ($2))
"""


async def find_latest(session_id: uuid.UUID) -> PostponementView | None:
    """The latest postponement of a session. None: it was never postponed."""
    row = await db.fetch_one(_LATEST, session_id)
    return PostponementView.model_validate(row) if row else None


async def answers(
    postponement_id: uuid.UUID, application_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, Answer]:
    """Application -> its answer, for those of the applications that were asked."""
    rows = await db.fetch(_ANSWERS, postponement_id, list(application_ids))
    return {row["application_id"]: Answer(row["answer"]) for row in rows}


async def count_answers(postponement_id: uuid.UUID) -> AnswerCount:
    """The parties that were asked, by their answer."""
    row = await db.fetch_one(
        f"""SELECT count(*) FILTER (WHERE answer = 'stays') AS stays,
            count(*) FILTER (WHERE answer = 'left') AS left_it,
            count(*) FILTER (WHERE answer = '') AS silent
        FROM ({_ANSWERS}) AS given""",  # noqa: S608 (a constant)
        postponement_id,
        None,
    )
    return AnswerCount.model_validate(row)
