"""Public reads of programmes: lists with their coming sessions, and one programme."""

import uuid
from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any

from enishi.kit import clock, db
from enishi.kit.cache import SharedCache
from enishi.kit.errors import NotFoundError
from enishi.kit.pagination import Page, decode_cursor, instant
from enishi.programmes.listings.filters import ProgrammeFilter
from enishi.programmes.listings.queries.rows import PROGRAMME, read_programme, read_row
from enishi.programmes.listings.schemas import BegunProgramme, ProgrammeRow, ProgrammeView
from enishi.programmes.listings.visibility import IS_LISTED, IS_PUBLIC

LIST_SIZE = 20
_LONGEST_FEED = 50

# A condition with an empty parameter is true for every row.
_FOUND = f"""
FROM programmes_programme p
CROSS JOIN LATERAL (
    SELECT min(starts_at) AS next_start,
        (array_agg(ends_at ORDER BY starts_at))[1] AS next_end,
        count(*) AS sessions,
        count(*) FILTER (WHERE is_open AND is_free_for_all AND taken < capacity) AS with_places,
        count(*) FILTER (WHERE is_open AND waiting < waiting_limit) AS with_queue,
        count(*) FILTER (WHERE opens_at <= $1 AND $1 < draw_closes_at AND selection = 'draw')
            AS with_draw,
        coalesce(max(capacity - taken) FILTER (WHERE is_open AND is_free_for_all), 0) AS most_free,
        min(opens_at) FILTER (WHERE $1 < opens_at) AS opens_at
    FROM (SELECT *, opens_at <= $1 AND $1 < closes_at AND selection = 'first_come' AS is_open,
            waiting = 0 OR first_come_from <= $1 AS is_free_for_all FROM programmes_session
          WHERE programme_id = p.id AND state = 'planned' AND starts_at > $1
            AND ($2::timestamptz IS NULL OR starts_at >= $2 AND starts_at < $3)) coming
) s
WHERE {IS_LISTED} AND s.sessions > 0
    AND ($4 = '' OR p.prefecture_code = $4)
    AND ($5 = '' OR p.municipality_code = $5)
    AND ($6 = '' OR p.kind = $6)
    AND ($7::int IS NULL OR p.fee_adult <= $7)
    AND ($8 = '' OR p.theme_code = $8)
    AND (NOT $9 OR p.minors IN ('accompanied', 'with_consent'))
    AND (NOT $10 OR p.wheelchair)
    AND (NOT $11 OR s.with_places > 0)
"""  # noqa: S608 (the predicate is a constant)
_ROWS = f"""
SELECT p.id, p.slug, p.municipality_code, p.kind, p.title, p.summary, p.host_name, p.fee_adult,
    p.fee_child, p.pay_per_hour, p.wheelchair, p.minors, p.is_sample, p.published_at,
    p.changed_at, s.* {_FOUND}
"""

_COMING = f"""
SELECT * FROM (
    SELECT found.*, row_number() OVER (PARTITION BY municipality_code ORDER BY next_start, id)
        AS rank
    FROM ({_ROWS} AND p.municipality_code = ANY($12)) found
) ranked WHERE rank <= $13 ORDER BY next_start, id
"""  # noqa: S608 (made of constants)


async def list_public(
    wanted: ProgrammeFilter, cursor: str | None = None, size: int = LIST_SIZE
) -> Page[ProgrammeRow]:
    """Published programmes with a coming session, ordered by the next start."""
    after = decode_cursor(cursor, instant, uuid.UUID) if cursor else (None, None)
    rows = await db.fetch(
        f"{_ROWS} AND ($12::timestamptz IS NULL OR (s.next_start, p.id) > ($12, $13))"
        " ORDER BY s.next_start, p.id LIMIT $14",
        *_parameters(wanted),
        *after,
        size + 1,
    )
    return Page.of(
        _rows(rows), lambda row: (row.next_start.astimezone(UTC).isoformat(), row.id), size
    )


async def list_coming(municipality_codes: Collection[str], each: int) -> list[ProgrammeRow]:
    """Coming programmes of several municipalities, at most `each` for one, by the next start."""
    rows = await db.fetch(
        _COMING,
        *_parameters(ProgrammeFilter()),
        list(municipality_codes),
        each,
    )
    for row in rows:
        del row["rank"]
    return _rows(rows)


async def list_latest(wanted: ProgrammeFilter, size: int = _LONGEST_FEED) -> list[ProgrammeRow]:
    """The programmes of `list_public` by date of publication, the newest first: for feeds."""
    rows = await db.fetch(
        f"{_ROWS} ORDER BY p.published_at DESC, p.id DESC LIMIT $12",
        *_parameters(wanted),
        size,
    )
    return _rows(rows)


async def count_public(wanted: ProgrammeFilter) -> int:
    found: int = await db.fetch_value(f"SELECT count(*) {_FOUND}", *_parameters(wanted))
    return found


# Independent of the filter, and one minute of delay does no harm.
_counted: SharedCache[dict[str, int]] = SharedCache(seconds=60, size=1)


async def count_by_municipality() -> dict[str, int]:
    """Municipality code -> number of its programmes in the unfiltered list. Cached for a minute."""
    return await _counted.get("", _count_by_municipality)


def invalidate_counts() -> None:
    """Cache invalidation for tests, which write programmes behind the cache."""
    _counted.invalidate()


async def _count_by_municipality() -> dict[str, int]:
    rows = await db.fetch(
        f"SELECT p.municipality_code, count(*) AS programmes {_FOUND} GROUP BY 1",
        *_parameters(ProgrammeFilter()),
    )
    return {row["municipality_code"]: row["programmes"] for row in rows}


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


async def list_begun(cursor: str | None = None, size: int = LIST_SIZE) -> Page[BegunProgramme]:
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


def _parameters(wanted: ProgrammeFilter) -> list[Any]:
    return [
        clock.now(),
        *_month(wanted.month),
        wanted.prefecture,
        wanted.municipality,
        wanted.kind.value if wanted.kind else "",
        wanted.most_yen,
        wanted.theme,
        wanted.children,
        wanted.wheelchair,
        wanted.places,
    ]


def _month(month: str) -> tuple[datetime | None, datetime | None]:
    """The month as a half-open interval of instants, in Japan's time zone."""
    if not month:
        return None, None
    year, number = int(month[:4]), int(month[5:])
    after = date(year + number // 12, number % 12 + 1, 1)
    return clock.start_of_day(date(year, number, 1)), clock.start_of_day(after)


def _rows(rows: list[dict[str, Any]]) -> list[ProgrammeRow]:
    return [ProgrammeRow.model_validate(read_row(row, "title", "summary")) for row in rows]
