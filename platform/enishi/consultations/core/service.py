"""Writes of the core that rooms above it need."""

import uuid
from datetime import datetime

from enishi.kit import db

_ANSWER = """
UPDATE consultations_consultation SET answered_at = $2, updated_at = $2, version = version + 1
WHERE id = $1 AND published_at IS NOT NULL AND withdrawn_at IS NULL AND answered_at IS NULL
RETURNING id
"""


async def record_answer(consultation_id: uuid.UUID, at: datetime) -> bool:
    """From `at` on its result is public, and its phase is `result` once it is closed.

    In the unit of work that publishes the result, which also writes the audit entry and invalidates
    the caches. False for a repeat, which changes nothing, and for what is not public.
    """
    return bool(await db.fetch(_ANSWER, consultation_id, at))
