"""Input and output types of the office's moderation."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from enishi.consultations.core.kinds import HiddenReason, State
from enishi.kit.i18n import gettext_lazy
from enishi.kit.schema import Schema


class ModerationAct(StrEnum):
    SHOW = "show"
    HIDE = "hide"


class ModerationForm(Schema):
    """The act is a field of its own, so that nothing is shown because a value is missing."""

    act: ModerationAct
    reason: HiddenReason | None = None

    @model_validator(mode="after")
    def _check_reason(self) -> Self:
        if (self.act is ModerationAct.HIDE) != (self.reason is not None):
            raise ValueError(gettext_lazy("非表示にする理由を選んでください。"))
        return self


class NetworkForm(Schema):
    """The network whose limits are lifted, by an IP address in it."""

    address: str = Field(min_length=1, max_length=100)


class ModerationRow(Schema):
    """A statement or an opinion in the moderation list; `kind` says which."""

    kind: str
    id: uuid.UUID
    text: str
    state: State
    hidden_reason: HiddenReason | None
    created_at: datetime
