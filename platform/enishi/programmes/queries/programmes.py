"""Listings and their sessions, for their own office; what everybody sees is in public."""

import uuid
from typing import Any

from enishi.kit import clock, db
from enishi.kit.errors import NotFoundError
from enishi.programmes.schemas import ProgrammeView, SessionView

SESSION_COLUMNS = tuple(SessionView.model_fields)
PROGRAMME_COLUMNS = tuple(ProgrammeView.model_fields)
SESSION = f"SELECT {', '.join(SESSION_COLUMNS)} FROM programmes_session"  # noqa: S608 (constants)
PROGRAMME = f"SELECT {', '.join(PROGRAMME_COLUMNS)} FROM programmes_programme p"  # noqa: S608 (constants)
DOCUMENTS = ("title", "summary", "body", "conditions", "money", "access", "contact")
_MOST_SESSIONS = 200
_SESSIONS = f"""
SELECT * FROM (
    {SESSION} WHERE programme_id = $1
    ORDER BY ends_at <= $2, abs(extract(epoch FROM starts_at - $2)), id LIMIT $3
) AS nearest ORDER BY starts_at, id
"""  # noqa: S608 (made of constants)


async def get_own_programme(organisation_id: uuid.UUID, programme_id: uuid.UUID) -> ProgrammeView:
    rows = await db.fetch(
        f"{PROGRAMME} WHERE id = $1 AND organisation_id = $2", programme_id, organisation_id
    )
    if not rows:
        raise NotFoundError
    return ProgrammeView.model_validate(read_row(rows[0], *DOCUMENTS))


async def get_session(session_id: uuid.UUID) -> SessionView:
    rows = await db.fetch(f"{SESSION} WHERE id = $1", session_id)
    if not rows:
        raise NotFoundError
    return SessionView.model_validate(read_row(rows[0], "meeting_place"))


async def list_sessions(programme_id: uuid.UUID) -> list[SessionView]:
    """The sessions of a programme by their start; of very many, what is over longest is left out.

    What is to come goes first into the number that is read, the nearest before the later.
    """
    rows = await db.fetch(_SESSIONS, programme_id, clock.now(), _MOST_SESSIONS)
    return [SessionView.model_validate(read_row(row, "meeting_place")) for row in rows]


def read_row(row: dict[str, Any], *documents: str) -> dict[str, Any]:
    """A row with its documents read; an empty one where there is none."""
    return row | {name: db.document(row[name]) or {} for name in documents}
