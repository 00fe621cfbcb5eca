"""What the office's pages take in and show."""

import uuid
from datetime import datetime

from enishi.consultations.core.kinds import HiddenReason, State
from enishi.kit.schema import Schema


class HidingForm(Schema):
    reason: HiddenReason


class ModerationRow(Schema):
    """Something to look at in the office; `kind` is statement or opinion."""

    kind: str
    id: uuid.UUID
    text: str
    state: State
    hidden_reason: HiddenReason | None
    created_at: datetime
