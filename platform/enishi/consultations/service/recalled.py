"""What this process remembers of a dialogue is read anew once a change of it is committed.

Not before: somebody who asks meanwhile would be told, and have kept, what was there until then.
Other processes keep a page for at most ten seconds and statements for two.
"""

import uuid
from functools import partial

from enishi.consultations.queries import dialogues, statements
from enishi.kit import db, public


def forget(consultation_id: uuid.UUID) -> None:
    """Everything of a dialogue, and the kept pages. Called in the unit of work of the change."""
    db.after_commit(partial(_forget, consultation_id))


def forget_statements(consultation_id: uuid.UUID) -> None:
    """The cards alone: somebody's new statement is no reason to make every page again."""
    db.after_commit(partial(_forget_statements, consultation_id))


async def _forget(consultation_id: uuid.UUID) -> None:
    dialogues.forget()
    statements.forget(consultation_id)
    public.forget_pages()


async def _forget_statements(consultation_id: uuid.UUID) -> None:
    statements.forget(consultation_id)
