"""Reads of the audit trail."""

import uuid
from datetime import datetime

from enishi.audit.schemas import EVERY_ENTRY, AuditFilter, AuditRow
from enishi.kit import db
from enishi.kit.pagination import PAGE_SIZE, Page, decode_cursor, instant


async def find_last_actor(
    organisation_id: uuid.UUID, subject_kind: str, subject_id: uuid.UUID
) -> uuid.UUID | None:
    """The account of the newest entry about a subject of an organisation; None without one.

    Rows of the sample and of imports have no entry.
    """
    row = await db.fetch_one(
        "SELECT actor_id FROM audit_entry"
        " WHERE organisation_id = $1 AND subject_kind = $2 AND subject_id = $3"
        " ORDER BY recorded_at DESC, id DESC LIMIT 1",
        organisation_id,
        subject_kind,
        str(subject_id),
    )
    return row["actor_id"] if row else None


async def find_last_time(action: str) -> datetime | None:
    """When an action was recorded last; None if it never was."""
    found: datetime | None = await db.fetch_value(
        "SELECT max(recorded_at) FROM audit_entry WHERE action = $1", action
    )
    return found


async def list_for_organisation(
    organisation_id: uuid.UUID,
    cursor: str | None = "",
    size: int = PAGE_SIZE,
    *,
    only: AuditFilter = EVERY_ENTRY,
) -> Page[AuditRow]:
    """The entries of one organisation, newest first."""
    before = decode_cursor(cursor, instant, uuid.UUID) if cursor else (None, None)
    rows = await db.fetch(
        "SELECT id, actor_id, action, subject_kind, subject_id, recorded_at FROM audit_entry"
        " WHERE organisation_id = $1"
        " AND ($2::timestamptz IS NULL OR (recorded_at, id) < ($2, $3::uuid))"
        " AND ($5::uuid IS NULL OR actor_id = $5) AND (NOT $6 OR actor_id IS NULL)"
        " AND ($7::text[] IS NULL OR action = ANY ($7))"
        " AND ($8::timestamptz IS NULL OR recorded_at >= $8)"
        " AND ($9::timestamptz IS NULL OR recorded_at < $9)"
        " ORDER BY recorded_at DESC, id DESC LIMIT $4",
        organisation_id,
        *before,
        size + 1,
        only.actor_id,
        only.without_account,
        only.actions,
        only.since,
        only.before,
    )
    entries = [AuditRow.model_validate(row) for row in rows]
    return Page.of(entries, lambda row: (row.recorded_at.isoformat(), row.id), size)
