"""Reads of programmes for their own office. Public reads: public.py."""

import uuid

from enishi.kit import clock, db
from enishi.kit.errors import NotFoundError
from enishi.kit.pagination import PAGE_SIZE, Page, decode_cursor
from enishi.programmes.listings.queries.rows import PROGRAMME, read_programme
from enishi.programmes.listings.schemas import OfficeRow, ProgrammeView

# A programme is shown with its current or next session: `taken`, `capacity`, `waiting` are its.
_LIST = """
SELECT p.id, p.slug, p.state, p.kind, p.title, p.is_sample, p.municipality_code,
    n.id AS next_id, n.starts_at AS next_start, n.taken, n.capacity,
    coalesce(s.sessions, 0) AS sessions, coalesce(n.waiting, 0) AS waiting
FROM programmes_programme p
LEFT JOIN LATERAL (
    SELECT count(*) AS sessions FROM programmes_session
    WHERE programme_id = p.id AND state = 'planned' AND ends_at > $2
) s ON true
LEFT JOIN LATERAL (
    SELECT id, starts_at, taken, capacity, waiting FROM programmes_session
    WHERE programme_id = p.id AND state = 'planned' AND ends_at > $2
    ORDER BY starts_at, id LIMIT 1
) n ON true
WHERE p.organisation_id = $1 AND ($3::uuid IS NULL OR p.id < $3)
ORDER BY p.id DESC
LIMIT $4
"""


async def get_own_programme(organisation_id: uuid.UUID, programme_id: uuid.UUID) -> ProgrammeView:
    rows = await db.fetch(
        f"{PROGRAMME} WHERE id = $1 AND organisation_id = $2", programme_id, organisation_id
    )
    if not rows:
        raise NotFoundError
    return read_programme(rows[0])


async def list_for_office(
    organisation_id: uuid.UUID, cursor: str = "", size: int = PAGE_SIZE
) -> Page[OfficeRow]:
    """The programmes of an office with their next session, the newest first."""
    after = decode_cursor(cursor, uuid.UUID)[0] if cursor else None
    rows = await db.fetch(_LIST, organisation_id, clock.now(), after, size + 1)
    found = [OfficeRow.model_validate(row | {"title": db.document(row["title"])}) for row in rows]
    return Page.of(found, lambda row: (row.id,), size)


async def has_session(programme_id: uuid.UUID) -> bool:
    """Whether a programme has any session, whatever its state."""
    found: bool = await db.fetch_value(
        "SELECT EXISTS (SELECT FROM programmes_session WHERE programme_id = $1)", programme_id
    )
    return found
