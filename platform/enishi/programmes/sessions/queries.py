"""Reads of sessions: one, one with its programme, all of a programme."""

import uuid

from enishi.kit import clock, db
from enishi.kit.errors import NotFoundError
from enishi.programmes.listings.queries.rows import PROGRAMME_COLUMNS, read_programme, read_row
from enishi.programmes.listings.schemas import ProgrammeView
from enishi.programmes.listings.visibility import IS_PUBLIC
from enishi.programmes.sessions.schemas import SessionView

_COLUMNS = tuple(SessionView.model_fields)
_SESSION = f"SELECT {', '.join(_COLUMNS)} FROM programmes_session"  # noqa: S608 (constants)
MOST_SESSIONS = 200
_SESSIONS = f"""
SELECT * FROM (
    {_SESSION} WHERE programme_id = $1
    ORDER BY ends_at <= $2, abs(extract(epoch FROM starts_at - $2)), id LIMIT $3
) AS nearest ORDER BY starts_at, id
"""  # noqa: S608 (made of constants)
_PUBLIC_SESSION = f"""
SELECT {", ".join(f"s.{name} AS session_{name}" for name in _COLUMNS)},
    {", ".join(f"p.{name}" for name in PROGRAMME_COLUMNS)}
FROM programmes_session s JOIN programmes_programme p ON p.id = s.programme_id
WHERE s.id = $1 AND {IS_PUBLIC}
"""  # noqa: S608 (made of constants)


async def get_session(session_id: uuid.UUID) -> SessionView:
    rows = await db.fetch(f"{_SESSION} WHERE id = $1", session_id)
    if not rows:
        raise NotFoundError
    return SessionView.model_validate(read_row(rows[0], "meeting_place"))


async def get_own_session(organisation_id: uuid.UUID, session_id: uuid.UUID) -> SessionView:
    """A session of this organisation. Raises NotFoundError for another organisation's."""
    session = await get_session(session_id)
    if session.organisation_id != organisation_id:
        raise NotFoundError
    return session


async def get_public_session(session_id: uuid.UUID) -> tuple[ProgrammeView, SessionView]:
    """A session with its programme. Raises NotFoundError if the programme is not public."""
    rows = await db.fetch(_PUBLIC_SESSION, session_id)
    if not rows:
        raise NotFoundError
    session = {name: rows[0][f"session_{name}"] for name in _COLUMNS}
    programme = {name: rows[0][name] for name in PROGRAMME_COLUMNS}
    return (
        read_programme(programme),
        SessionView.model_validate(read_row(session, "meeting_place")),
    )


async def list_sessions(programme_id: uuid.UUID) -> list[SessionView]:
    """The sessions of a programme, ordered by their start; at most 200.

    Of more, coming sessions are taken before past ones, and those nearest to now first.
    """
    rows = await db.fetch(_SESSIONS, programme_id, clock.now(), MOST_SESSIONS)
    return [SessionView.model_validate(read_row(row, "meeting_place")) for row in rows]
