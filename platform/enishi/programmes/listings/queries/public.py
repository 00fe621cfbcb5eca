"""Public reads of programmes by their address; `finding` reads the lists."""

import uuid
from datetime import date

from enishi.kit import clock, db
from enishi.kit.errors import NotFoundError
from enishi.kit.pagination import Page, decode_cursor
from enishi.programmes.listings.queries.rows import PROGRAMME, read_programme
from enishi.programmes.listings.schemas import BegunProgramme, ProgrammeView
from enishi.programmes.listings.visibility import IS_PUBLIC

_ANY_SAMPLE = f"""
SELECT EXISTS (SELECT FROM programmes_programme p WHERE p.is_sample AND {IS_PUBLIC})
"""  # noqa: S608 (made of constants)


async def has_public_samples() -> bool:
    """Whether any public programme is sample content."""
    found: bool = await db.fetch_value(_ANY_SAMPLE)
    return found


_ADDRESSES = f"""
SELECT p.slug, p.changed_at FROM programmes_programme p
WHERE {IS_PUBLIC} AND NOT p.is_sample ORDER BY p.id DESC LIMIT $1 OFFSET $2
"""  # noqa: S608 (made of constants)


async def list_addresses(size: int, skipped: int) -> list[tuple[str, date]]:
    """Slug and day of the last change of public programmes, the latest first; no samples."""
    rows = await db.fetch(_ADDRESSES, size, skipped)
    return [(row["slug"], clock.in_tokyo(row["changed_at"]).date()) for row in rows]


_BEGUN = f"""
SELECT p.id, p.published_at FROM programmes_programme p
WHERE {IS_PUBLIC} AND ($1::uuid IS NULL OR p.id < $1) AND EXISTS (
    SELECT FROM programmes_session WHERE programme_id = p.id AND starts_at <= $2)
ORDER BY p.id DESC LIMIT $3
"""  # noqa: S608 (the predicate is a constant)


async def list_begun(cursor: str | None, size: int) -> Page[BegunProgramme]:
    """Public programmes of which a session has begun: whether anybody attended says nothing."""
    before = decode_cursor(cursor, uuid.UUID)[0] if cursor else None
    rows = await db.fetch(_BEGUN, before, clock.now(), size + 1)
    return Page.of([BegunProgramme.model_validate(row) for row in rows], lambda p: (p.id,), size)


async def get_public_programme(slug: str) -> ProgrammeView:
    return await _public(f"{PROGRAMME} WHERE slug = $1 AND {IS_PUBLIC}", slug)


async def _public(query: str, key: object) -> ProgrammeView:
    rows = await db.fetch(query, key)
    if not rows:
        raise NotFoundError
    return read_programme(rows[0])
