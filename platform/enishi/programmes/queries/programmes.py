"""Listings and their sessions: what is published for everybody, the rest for its own office."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

from enishi.kit import clock, db
from enishi.kit.errors import NotFoundError
from enishi.kit.pagination import PAGE_SIZE, Page, decode_cursor
from enishi.programmes.schemas import ProgrammeFilter, ProgrammeRow, ProgrammeView, SessionView
from enishi.programmes.tables import SessionState
from enishi.programmes.visibility import IS_PUBLIC

_SESSION = """
SELECT id, programme_id, organisation_id, state, starts_at, ends_at, opens_at, closes_at,
    meeting_place, capacity, taken, waiting, waiting_limit, cancelled_reason
FROM programmes_session
"""
_PROGRAMME = """
SELECT id, organisation_id, slug, state, is_sample, municipality_code, prefecture_code, kind,
    title, summary, body, theme_code, host_name, age_min, age_max, minors, fee_adult, fee_child,
    pay_per_hour, wheelchair, conditions, money, access, contact, changed_at, published_at
FROM programmes_programme p
"""
_DOCUMENTS = ("title", "summary", "body", "conditions", "money", "access", "contact")
_MOST_SESSIONS = 200

# What comes next is listed first. Each condition that a filter leaves empty is always true.
_LIST = f"""
SELECT p.id, p.slug, p.municipality_code, p.kind, p.title, p.summary, p.fee_adult, p.fee_child,
    p.wheelchair, p.minors, p.is_sample, s.next_start, s.has_free_places
FROM programmes_programme p
CROSS JOIN LATERAL (
    SELECT min(starts_at) AS next_start,
        coalesce(bool_or(waiting = 0 AND taken < capacity AND opens_at <= $1 AND $1 < closes_at),
            false) AS has_free_places
    FROM programmes_session
    WHERE programme_id = p.id AND state = 'planned' AND starts_at > $1
        AND ($2::timestamptz IS NULL OR starts_at >= $2 AND starts_at < $3)
) s
WHERE {IS_PUBLIC} AND s.next_start IS NOT NULL
    AND ($4 = '' OR p.prefecture_code = $4)
    AND ($5 = '' OR p.municipality_code = $5)
    AND ($6 = '' OR p.kind = $6)
    AND ($7::int IS NULL OR p.fee_adult <= $7)
    AND (NOT $8 OR p.minors IN ('accompanied', 'with_consent'))
    AND (NOT $9 OR p.wheelchair)
    AND ($10::timestamptz IS NULL OR (s.next_start, p.id) > ($10, $11))
ORDER BY s.next_start, p.id
LIMIT $12
"""  # noqa: S608 (the predicate is a constant)


async def list_public(
    wanted: ProgrammeFilter, cursor: str = "", size: int = PAGE_SIZE
) -> Page[ProgrammeRow]:
    """Published programmes with a session to come, the next one first."""
    after_start, after_id = (
        decode_cursor(cursor, datetime.fromisoformat, uuid.UUID) if cursor else (None, None)
    )
    month = _month(wanted.month)
    rows = await db.fetch(
        _LIST,
        clock.now(),
        month[0] if month else None,
        month[1] if month else None,
        wanted.prefecture,
        wanted.municipality,
        wanted.kind.value if wanted.kind else "",
        {"": None, "free": 0}.get(wanted.cost, int(wanted.cost or 0)),
        wanted.children,
        wanted.wheelchair,
        after_start,
        after_id,
        size + 1,
    )
    found = [ProgrammeRow.model_validate(_read(row, "title", "summary")) for row in rows]
    return Page.of(found, lambda row: (_stamp(row.next_start), row.id), size)


async def get_public_programme(slug: str) -> ProgrammeView:
    rows = await db.fetch(f"{_PROGRAMME} WHERE slug = $1 AND {IS_PUBLIC}", slug)
    if not rows:
        raise NotFoundError
    return ProgrammeView.model_validate(_read(rows[0], *_DOCUMENTS))


async def get_own_programme(organisation_id: uuid.UUID, programme_id: uuid.UUID) -> ProgrammeView:
    rows = await db.fetch(
        f"{_PROGRAMME} WHERE id = $1 AND organisation_id = $2", programme_id, organisation_id
    )
    if not rows:
        raise NotFoundError
    return ProgrammeView.model_validate(_read(rows[0], *_DOCUMENTS))


async def get_session(session_id: uuid.UUID) -> SessionView:
    rows = await db.fetch(f"{_SESSION} WHERE id = $1", session_id)
    if not rows:
        raise NotFoundError
    return SessionView.model_validate(_read(rows[0], "meeting_place"))


async def list_sessions(programme_id: uuid.UUID) -> list[SessionView]:
    rows = await db.fetch(
        f"{_SESSION} WHERE programme_id = $1 ORDER BY starts_at, id LIMIT $2",
        programme_id,
        _MOST_SESSIONS,
    )
    return [SessionView.model_validate(_read(row, "meeting_place")) for row in rows]


def is_open(session: SessionView, now: datetime) -> bool:
    """Whether the session takes applications at this instant, full or not."""
    return session.state is SessionState.PLANNED and clock.is_open(
        session.opens_at, session.closes_at, now
    )


def _month(month: str) -> tuple[datetime, datetime] | None:
    """The month as a half-open pair of instants."""
    if not month:
        return None
    year, number = int(month[:4]), int(month[5:])
    after = date(year + number // 12, number % 12 + 1, 1)
    return clock.start_of_day(date(year, number, 1)), clock.start_of_day(after)


def _stamp(instant: datetime | None) -> str:
    return instant.astimezone(UTC).isoformat() if instant else ""


def _read(row: dict[str, Any], *documents: str) -> dict[str, Any]:
    return row | {name: db.document(row[name]) or {} for name in documents}
