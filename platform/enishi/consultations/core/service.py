"""Writes of the core that rooms above it need."""

import uuid

from enishi.consultations.core import queries, visibility
from enishi.consultations.core.schemas import ConsultationView
from enishi.kit import clock, db
from enishi.kit.errors import NotFoundError

_LOCK = f"""
SELECT {visibility.CONSULTATION} AS is_public FROM consultations_consultation c
WHERE c.id = $1 FOR NO KEY UPDATE
"""  # noqa: S608 (made of constants)
_LOCK_SLUG = "SELECT slug FROM consultations_consultation WHERE id = $1 FOR NO KEY UPDATE"
# The first instant at which an answer is public: none whose publication was cancelled, or that was
# edited before it took effect. A result that is out stays out.
_ANSWERED = f"""
UPDATE consultations_consultation t
SET answered_at = first.instant, updated_at = $2, version = t.version + 1
FROM (
    SELECT min(u.publish_at) AS instant FROM consultations_answer_published e
    JOIN consultations_answer_publication u ON u.id = e.publication_id
    JOIN consultations_answer_draft d ON d.id = e.draft_id
    JOIN consultations_argument a ON a.id = d.argument_id
    JOIN consultations_consultation c ON c.id = a.consultation_id
    WHERE c.id = $1 AND {visibility.ARGUMENT} AND {visibility.answer_at("u.publish_at")}
) first
WHERE t.id = $1 AND t.answered_at IS DISTINCT FROM first.instant
    AND (t.answered_at IS NULL OR t.answered_at > $2)
"""  # noqa: S608 (made of constants)


async def lock(consultation_id: uuid.UUID) -> bool:
    """Lock a consultation until the end of the unit of work; returns whether it is public.

    Before rows below it: acts that lock in another order could wait for each other.
    """
    return bool(await db.fetch_value(_LOCK, consultation_id))


async def lock_for_office(consultation: ConsultationView) -> ConsultationView:
    """Lock its row until the unit of work ends, and read what is there now.

    Raises NotFoundError once a colleague has deleted the draft.
    """
    row = await db.fetch_one(_LOCK_SLUG, consultation.id)
    if row is None:
        raise NotFoundError
    return await queries.get_for_office(consultation.organisation_id, row["slug"])


async def refresh_answered(consultation_id: uuid.UUID) -> None:
    """Note from when on a result is public: its phase is then `result`, once it is closed.

    In the unit of work of each act that publishes or stops an answer. The caller locked the
    consultation, so that the later of two acts counts both; it invalidates the caches.
    """
    await db.execute(_ANSWERED, consultation_id, clock.now())
