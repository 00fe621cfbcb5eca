"""Cache invalidation after the commit of a change of a consultation.

Not earlier: a concurrent request would read the old rows and cache them again. The caches of other
processes expire: pages after ten seconds, consultations and statements after two.
"""

import uuid
from functools import partial

from enishi.consultations.core import queries as consultations
from enishi.consultations.voting import queries as statements
from enishi.kit import db, page_cache


def invalidate(consultation_id: uuid.UUID) -> None:
    """Invalidate the consultation, its statements and all pages. Call it in the unit of work."""
    db.after_commit(partial(_invalidate, consultation_id))


def invalidate_statements(consultation_id: uuid.UUID) -> None:
    """Invalidate the statements only: a new one must not cause all pages to be rendered again."""
    db.after_commit(partial(_invalidate_statements, consultation_id))


async def _invalidate(consultation_id: uuid.UUID) -> None:
    consultations.invalidate()
    statements.invalidate(consultation_id)
    page_cache.invalidate()


async def _invalidate_statements(consultation_id: uuid.UUID) -> None:
    statements.invalidate(consultation_id)
