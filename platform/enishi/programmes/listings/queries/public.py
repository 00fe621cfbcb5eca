"""Public reads of programmes by their address; `finding` reads the lists."""

from datetime import date

from enishi.kit import clock, db
from enishi.kit.errors import NotFoundError
from enishi.programmes.listings.queries.rows import PROGRAMME, read_programme
from enishi.programmes.listings.schemas import ProgrammeView
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


async def get_public_programme(slug: str) -> ProgrammeView:
    return await _public(f"{PROGRAMME} WHERE slug = $1 AND {IS_PUBLIC}", slug)


async def _public(query: str, key: object) -> ProgrammeView:
    rows = await db.fetch(query, key)
    if not rows:
        raise NotFoundError
    return read_programme(rows[0])
