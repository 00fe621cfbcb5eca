"""Reading the trail."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from enishi.kit import db
from enishi.kit.i18n import LazyText
from enishi.kit.pagination import PAGE_SIZE, Page, decode_cursor, instant
from enishi.kit.schema import Schema

_labels: dict[str, LazyText] = {}


class AuditRow(Schema):
    id: uuid.UUID
    actor_id: uuid.UUID | None
    action: str
    subject_kind: str
    subject_id: str
    recorded_at: datetime

    @property
    def label(self) -> str:
        """What was done, in words; the code itself if no domain has named it."""
        return str(_labels.get(self.action, self.action))


def name_actions(labels: Mapping[str, LazyText]) -> None:
    """Called by wiring: each domain says its own codes in words, for an office's list."""
    _labels.update(labels)


async def list_for_organisation(organisation_id: uuid.UUID, cursor: str = "") -> Page[AuditRow]:
    """What was done for one organisation, newest first."""
    before = decode_cursor(cursor, instant, uuid.UUID) if cursor else (None, None)
    rows = await db.fetch(
        "SELECT id, actor_id, action, subject_kind, subject_id, recorded_at FROM audit_entry"
        " WHERE organisation_id = $1"
        " AND ($2::timestamptz IS NULL OR (recorded_at, id) < ($2, $3::uuid))"
        " ORDER BY recorded_at DESC, id DESC LIMIT $4",
        organisation_id,
        *before,
        PAGE_SIZE + 1,
    )
    entries = [AuditRow.model_validate(row) for row in rows]
    return Page.of(entries, lambda row: (row.recorded_at.isoformat(), row.id))
