"""What the audit trail gives out."""

import uuid
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
