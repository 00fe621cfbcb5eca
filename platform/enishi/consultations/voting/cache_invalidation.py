"""What this process remembers of a dialogue is read anew once a change of it is committed.

Not before: somebody who asks meanwhile would be told, and have kept, what was there until then.
Other processes keep a page for at most ten seconds and statements for two.
"""

import uuid
from functools import partial

from enishi.consultations.core import queries as consultations
from enishi.consultations.voting import queries as statements
from enishi.kit import db, page_cache


def invalidate(consultation_id: uuid.UUID) -> None:
    """Everything of a dialogue, and the kept pages. Called in the unit of work of the change."""
    db.after_commit(partial(_invalidate, consultation_id))


def invalidate_statements(consultation_id: uuid.UUID) -> None:
    """The cards alone: somebody's new statement is no reason to make every page again."""
    db.after_commit(partial(_invalidate_statements, consultation_id))


async def _invalidate(consultation_id: uuid.UUID) -> None:
    consultations.invalidate()
    statements.invalidate(consultation_id)
    page_cache.invalidate()


async def _invalidate_statements(consultation_id: uuid.UUID) -> None:
    statements.invalidate(consultation_id)
