"""What an office reads of its own programmes: overviews, sessions, and who applied to them."""

import uuid
from collections.abc import AsyncIterator

from enishi.kit import clock, db
from enishi.kit.errors import NotFoundError
from enishi.kit.pagination import PAGE_SIZE, Page, decode_cursor
from enishi.programmes.office_schemas import OfficeRow, StateCount
from enishi.programmes.queries.applications import list_applicants, with_needs
from enishi.programmes.queries.programmes import get_session
from enishi.programmes.schemas import ApplicantRow, SessionView
from enishi.programmes.tables import ApplicationState

_BATCH = 500

# The session that is under way or comes next stands for the programme; those who wait are
# counted over all that are still to come.
_LIST = """
SELECT p.id, p.slug, p.state, p.kind, p.title, p.is_sample, p.municipality_code,
    n.id AS next_id, n.starts_at AS next_start, n.taken, n.capacity,
    coalesce(s.sessions, 0) AS sessions, coalesce(s.waiting, 0) AS waiting
FROM programmes_programme p
LEFT JOIN LATERAL (
    SELECT count(*) AS sessions, sum(waiting) AS waiting FROM programmes_session
    WHERE programme_id = p.id AND state = 'planned' AND ends_at > $2
) s ON true
LEFT JOIN LATERAL (
    SELECT id, starts_at, taken, capacity FROM programmes_session
    WHERE programme_id = p.id AND state = 'planned' AND ends_at > $2
    ORDER BY starts_at, id LIMIT 1
) n ON true
WHERE p.organisation_id = $1 AND ($3::uuid IS NULL OR p.id < $3)
ORDER BY p.id DESC
LIMIT $4
"""


async def list_for_office(
    organisation_id: uuid.UUID, cursor: str = "", size: int = PAGE_SIZE
) -> Page[OfficeRow]:
    """Every listing of an office with its next session, the last made first."""
    after = decode_cursor(cursor, uuid.UUID)[0] if cursor else None
    rows = await db.fetch(_LIST, organisation_id, clock.now(), after, size + 1)
    found = [OfficeRow.model_validate(row | {"title": db.document(row["title"])}) for row in rows]
    return Page.of(found, lambda row: (row.id,), size)


async def get_own_session(organisation_id: uuid.UUID, session_id: uuid.UUID) -> SessionView:
    """A session of this office; another office's does not exist for it."""
    session = await get_session(session_id)
    if session.organisation_id != organisation_id:
        raise NotFoundError
    return session


async def count_by_state(session_id: uuid.UUID) -> dict[ApplicationState, StateCount]:
    """How many applications, and persons in them, are in each state that occurs."""
    rows = await db.fetch(
        """
        SELECT state, count(*) AS applications, sum(party_size) AS persons
        FROM programmes_application WHERE session_id = $1 GROUP BY state
        """,
        session_id,
    )
    found = {ApplicationState(row.pop("state")): StateCount.model_validate(row) for row in rows}
    return {state: found[state] for state in ApplicationState if state in found}


async def each_applicant(
    organisation_id: uuid.UUID, session_id: uuid.UUID
) -> AsyncIterator[ApplicantRow]:
    """All applications to a session, read in batches: however many, memory stays the same.

    With what the persons need: for a file, whose making the caller has recorded.
    """
    cursor: str | None = ""
    while cursor is not None:
        page = await list_applicants(organisation_id, session_id, cursor, size=_BATCH)
        for row in await with_needs(organisation_id, page.rows):
            yield row
        cursor = page.next_cursor
