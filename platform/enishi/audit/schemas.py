"""What the audit trail gives out."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from enishi.audit import labels
from enishi.kit.schema import Schema


class AuditRow(Schema):
    id: uuid.UUID
    actor_id: uuid.UUID | None
    action: str
    subject_kind: str
    subject_id: str
    recorded_at: datetime

    @property
    def label(self) -> str:
        return labels.label_of(self.action)

    @property
    def actor_without_account(self) -> str:
        """Who acted, for an entry that names no account."""
        return labels.actor_without_account(self.action)


@dataclass(frozen=True)
class AuditFilter:
    """Which entries of an organisation: None and empty values do not filter."""

    actor_id: uuid.UUID | None = None
    without_account: bool = False
    actions: list[str] | None = None
    since: datetime | None = None
    before: datetime | None = None


EVERY_ENTRY = AuditFilter()
