"""Input and output types of the office's moderation."""

import uuid
from datetime import datetime

from enishi.consultations.core.kinds import HiddenReason, State
from enishi.kit.schema import Schema


class HidingForm(Schema):
    reason: HiddenReason


class ModerationRow(Schema):
    """A statement or an opinion in the moderation list; `kind` says which."""

    kind: str
    id: uuid.UUID
    text: str
    state: State
    hidden_reason: HiddenReason | None
    created_at: datetime
