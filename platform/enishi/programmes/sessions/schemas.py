"""A session as forms write it and as pages read it."""

import uuid
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from enishi.kit import clock
from enishi.kit.i18n import gettext_lazy
from enishi.kit.localised import DraftText
from enishi.kit.schema import Schema
from enishi.kit.seen import fingerprint
from enishi.programmes.sessions.tables import SessionState as SessionState  # noqa: PLC0414 (for other domains, which may not import tables)

LONGEST_CUTOFF = 168  # hours


class SessionForm(Schema):
    """One session. `closes_at` is the first instant that is too late.

    `cutoff_hours` before the start the last offer to the waiting list ends.
    """

    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    meeting_place: DraftText = DraftText()
    capacity: Annotated[int, Field(ge=1, le=10_000)]
    waiting_limit: Annotated[int, Field(ge=0, le=10_000)] = 0
    cutoff_hours: Annotated[int, Field(ge=0, le=LONGEST_CUTOFF)] = 24

    @model_validator(mode="after")
    def _times_in_order(self) -> Self:
        if self.starts_at >= self.ends_at:
            raise ValueError(gettext_lazy("終了は、開始より後にしてください。"))
        if self.opens_at >= self.closes_at:
            raise ValueError(gettext_lazy("申込の締切は、受付開始より後にしてください。"))
        if self.closes_at > self.ends_at:
            raise ValueError(gettext_lazy("申込の締切は、終了より前にしてください。"))
        return self


class SessionView(Schema):
    id: uuid.UUID
    programme_id: uuid.UUID
    organisation_id: uuid.UUID
    state: SessionState
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    meeting_place: DraftText
    capacity: int
    taken: int
    waiting: int
    waiting_limit: int
    offer_hours: int
    cutoff_hours: int
    first_come_from: datetime
    cancelled_reason: str

    @property
    def fingerprint(self) -> str:
        """For the optimistic lock of the session's form."""
        return fingerprint(self.model_dump(mode="json", include=set(SessionForm.model_fields)))

    @property
    def free(self) -> int:
        """Places for new applications: 0 while those who wait come first."""
        return 0 if self.waiting and not self.is_last_hours else self.capacity - self.taken

    @property
    def is_last_hours(self) -> bool:
        """Whether free places are first come for all, also for those who wait."""
        return self.first_come_from <= clock.now()
