"""Consultations as the public reads them, and as their office does."""

import json
import re
import uuid
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from enishi.consultations.core import visibility
from enishi.consultations.core.errors import WithdrawnError
from enishi.consultations.core.schemas import (
    Change,
    ConsultationRef,
    ConsultationView,
    EnteredPhase,
)
from enishi.kit import clock, db
from enishi.kit.cache import SharedCache
from enishi.kit.errors import NotFoundError
from enishi.kit.ids import SLUG_PATTERN
from enishi.kit.pagination import PAGE_SIZE, Page, decode_cursor, whole_number

APPEND_ONLY = ("consultations_change",)  # see wiring.py

_PHASES = """
    coalesce((SELECT json_agg(json_build_object('kind', p.kind, 'starts_at', p.starts_at,
        'ends_at', p.ends_at) ORDER BY p.starts_at)
        FROM consultations_phase p WHERE p.consultation_id = c.id), '[]')::text AS phases
"""
_COMPONENTS = """
    coalesce((SELECT json_agg(json_build_object('kind', k.kind, 'opens_at', k.opens_at,
        'closes_at', k.closes_at, 'settings', k.settings) ORDER BY k.kind)
        FROM consultations_component k WHERE k.consultation_id = c.id), '[]')::text AS components
"""
# A public comment keeps the rules of its publication; a draft follows those of today.
_COMMENT_RULES = """
    coalesce(c.comment_rules, (SELECT jsonb_build_object('basis', r.basis, 'min_days', r.min_days,
        'channels', r.channels, 'name_rule', r.name_rule)
        FROM consultations_comment_rules r WHERE r.organisation_id = c.organisation_id
            AND c.published_at IS NULL AND c.kind = 'public_comment_ordinance'))::text
        AS comment_rules
"""
_REF = f"""
SELECT c.id, c.organisation_id, c.slug, c.kind, c.title, c.guests_allowed, c.moderation,
    c.votes_published, c.ballots_promised, c.is_sample,
    c.published_at, c.withdrawn_at, c.answered_at,
    c.withdrawn_reason, {_PHASES}, {_COMPONENTS}
FROM consultations_consultation c
"""  # noqa: S608 (made of constants)
_VIEW = f"""
SELECT c.id, c.organisation_id, c.slug, c.kind, c.title, c.guests_allowed, c.moderation,
    c.votes_published, c.ballots_promised, c.is_sample,
    c.published_at, c.withdrawn_at, c.answered_at,
    c.withdrawn_reason, {_PHASES}, {_COMPONENTS},
    c.problem, c.decision, c.can_change, c.cannot_change, c.who_may_answer, c.eligibility,
    c.data_controller, c.contact, c.version, c.legal_basis, c.notice_on, c.short_period_reason,
    {_COMMENT_RULES},
    (SELECT max(g.changed_at) FROM consultations_change g WHERE g.consultation_id = c.id)
        AS changed_at,
    array(SELECT theme_id FROM consultations_theme t WHERE t.consultation_id = c.id
        ORDER BY theme_id) AS themes
FROM consultations_consultation c
"""  # noqa: S608 (made of constants)
_ANY_SAMPLE = f"""
SELECT EXISTS (SELECT FROM consultations_consultation c
    WHERE c.is_sample AND {visibility.CONSULTATION})
"""  # noqa: S608 (made of constants)
_SLUG = re.compile(SLUG_PATTERN)
_JSON_COLUMNS = (
    "title",
    "problem",
    "decision",
    "can_change",
    "cannot_change",
    "who_may_answer",
    "data_controller",
    "legal_basis",
    "short_period_reason",
    "comment_rules",
    "withdrawn_reason",
    "phases",
    "components",
)


def _parse_json(row: dict[str, Any]) -> dict[str, Any]:
    parsed = {name: json.loads(row[name]) for name in _JSON_COLUMNS if row.get(name)}
    return row | parsed


async def find_published(slug: str) -> ConsultationRef | None:
    """A published consultation, also one that was withdrawn since; one query by a unique key."""
    if not _SLUG.fullmatch(slug):
        return None
    rows = await db.fetch(f"{_REF} WHERE c.slug = $1 AND c.published_at IS NOT NULL", slug)
    return ConsultationRef.model_validate(_parse_json(rows[0])) if rows else None


# Read for each vote. It may be two seconds too old: the writer's own statement checks again.
_published: SharedCache[ConsultationRef | None] = SharedCache(seconds=2, size=1024)


async def get_cached_published(slug: str) -> ConsultationRef | None:
    """As find_published, from the cache: up to two seconds old."""
    return await _published.get(slug, lambda: find_published(slug))


def peek_cached_published(slug: str) -> ConsultationRef | None:
    """As get_cached_published without waiting; None means *not cached*, not *does not exist*."""
    return _published.peek(slug, lambda: find_published(slug))


def invalidate() -> None:
    """Drop all cached consultations: after this process changed one."""
    _published.invalidate()


async def get_public(slug: str) -> ConsultationView:
    """A public consultation. Raises WithdrawnError if it was withdrawn, else NotFoundError."""
    found = await _get_view(slug, visibility.CONSULTATION)
    if found is not None:
        return found
    if await find_published(slug) is not None:
        raise WithdrawnError(slug)
    raise NotFoundError


async def get_withdrawn(slug: str) -> ConsultationView:
    """A withdrawn consultation that was public. Raises NotFoundError."""
    found = await _get_view(slug, visibility.WITHDRAWN)
    if found is None:
        raise NotFoundError
    return found


async def _get_view(slug: str, condition: str) -> ConsultationView | None:
    if not _SLUG.fullmatch(slug):
        return None
    rows = await db.fetch(f"{_VIEW} WHERE c.slug = $1 AND {condition}", slug)
    return ConsultationView.model_validate(_parse_json(rows[0])) if rows else None


async def list_public(cursor: str | None = None, size: int = PAGE_SIZE) -> Page[ConsultationView]:
    """Public consultations, the latest first."""
    return await _list(visibility.CONSULTATION, cursor, size)


_ADDRESSES = f"""
SELECT c.slug, c.updated_at FROM consultations_consultation c
WHERE {visibility.CONSULTATION} AND NOT c.is_sample ORDER BY c.id DESC LIMIT $1 OFFSET $2
"""  # noqa: S608 (made of constants)


async def list_addresses(size: int, skipped: int) -> list[tuple[str, date]]:
    """Slug and day of the last change of public consultations, the latest first; no samples."""
    rows = await db.fetch(_ADDRESSES, size, skipped)
    return [(row["slug"], clock.in_tokyo(row["updated_at"]).date()) for row in rows]


async def _list(
    condition: str, cursor: str | None, size: int, *more: object
) -> Page[ConsultationView]:
    """A page of consultations, the latest first; `more` are the condition's parameters from $3."""
    before = decode_cursor(cursor, uuid.UUID)[0] if cursor else None
    rows = await db.fetch(
        f"{_VIEW} WHERE {condition} AND ($1::uuid IS NULL OR c.id < $1)"
        " ORDER BY c.id DESC LIMIT $2",
        before,
        size + 1,
        *more,
    )
    views = [ConsultationView.model_validate(_parse_json(row)) for row in rows]
    return Page.of(views, lambda view: (view.id,), size)


async def list_open(
    organisation_ids: Collection[uuid.UUID] | None,
    now: datetime,
    size: int = PAGE_SIZE,
    theme: str = "",
) -> list[ConsultationView]:
    """Public consultations in their open phase, the one that closes next first.

    Only those of `organisation_ids`, or all if it is None; only those about the national theme with
    the slug `theme`, if one is given.
    """
    rows = await db.fetch(
        f"{_VIEW} JOIN consultations_phase p ON p.consultation_id = c.id"
        f" WHERE ($1::uuid[] IS NULL OR c.organisation_id = ANY ($1))"
        " AND ($4 = '' OR $4 = ANY (string_to_array(c.theme_code, ' ')))"
        f" AND {visibility.in_open_phase_at('$2')} ORDER BY p.ends_at, c.id DESC LIMIT $3",
        None if organisation_ids is None else list(organisation_ids),
        now,
        size,
        theme,
    )
    return [ConsultationView.model_validate(_parse_json(row)) for row in rows]


# A result is entered when it is published; the planned day alone shows nothing.
_ENTERED = f"""
SELECT c.slug, c.title, x.kind, x.starts_at FROM consultations_consultation c
CROSS JOIN LATERAL (
    SELECT p.kind, p.starts_at FROM consultations_phase p
    WHERE p.consultation_id = c.id AND p.kind IN ('open', 'closed')
    UNION ALL SELECT 'result', c.answered_at
) x
WHERE {visibility.CONSULTATION} AND x.starts_at <= $1
ORDER BY x.starts_at DESC, c.id LIMIT $2
"""  # noqa: S608 (made of constants)


async def list_entered_phases(size: int) -> list[EnteredPhase]:
    """The latest phases that public consultations entered: opened, closed, with a result."""
    rows = await db.fetch(_ENTERED, clock.now(), size)
    return [EnteredPhase.model_validate(_parse_json(row)) for row in rows]


async def list_for_office(
    organisation_id: uuid.UUID, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[ConsultationView]:
    """All consultations of one organisation, drafts included, the latest first."""
    return await _list("c.organisation_id = $3", cursor, size, organisation_id)


async def get_for_office(organisation_id: uuid.UUID, slug: str) -> ConsultationView:
    """A consultation of this organisation. Raises NotFoundError for another organisation's."""
    rows = []
    if _SLUG.fullmatch(slug):
        rows = await db.fetch(
            f"{_VIEW} WHERE c.organisation_id = $1 AND c.slug = $2", organisation_id, slug
        )
    if not rows:
        raise NotFoundError
    return ConsultationView.model_validate(_parse_json(rows[0]))


async def list_changes(
    consultation_id: uuid.UUID, cursor: str | None = None, size: int = PAGE_SIZE
) -> Page[Change]:
    """The changes of a consultation's terms since its publication, the latest first."""
    before = decode_cursor(cursor, whole_number)[0] if cursor else None
    rows = await db.fetch(
        "SELECT number, terms, reason, changed_at FROM consultations_change"
        " WHERE consultation_id = $1 AND ($2::int IS NULL OR number < $2)"
        " ORDER BY number DESC LIMIT $3",
        consultation_id,
        before,
        size + 1,
    )
    changes = [
        Change.model_validate(
            row
            | {"terms": json.loads(row["terms"])}
            | {"reason": json.loads(row["reason"]) if row["reason"] else None}
        )
        for row in rows
    ]
    return Page.of(changes, lambda change: (change.number,), size)


async def has_public_samples() -> bool:
    """Whether any sample consultation is public."""
    found: bool = await db.fetch_value(_ANY_SAMPLE)
    return found


async def find_by_slug(slug: str) -> ConsultationRef | None:
    """A consultation of any organisation in any state: for commands."""
    rows = await db.fetch(f"{_REF} WHERE c.slug = $1", slug)
    return ConsultationRef.model_validate(_parse_json(rows[0])) if rows else None


async def has_samples() -> bool:
    """Whether any sample consultation is stored, drafts included."""
    found: bool = await db.fetch_value(
        "SELECT EXISTS (SELECT FROM consultations_consultation WHERE is_sample)"
    )
    return found
