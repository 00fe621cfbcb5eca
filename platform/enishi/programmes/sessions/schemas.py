"""A session as forms write it and as pages read it."""

import uuid
from datetime import datetime, timedelta
from typing import Annotated, Self

from pydantic import Field, model_validator

from enishi.kit import clock
from enishi.kit.i18n import gettext_lazy
from enishi.kit.localised import DraftText
from enishi.kit.schema import Schema
from enishi.kit.seen import fingerprint
from enishi.programmes.sessions.tables import Selection as Selection  # noqa: PLC0414 (for other domains, which may not import tables)
from enishi.programmes.sessions.tables import SessionState as SessionState  # noqa: PLC0414 (for other domains, which may not import tables)

LONGEST_CUTOFF = 168  # hours
# Between the deadline of a draw and the draw itself its officials reveal their numbers.
REVEAL_TIME = timedelta(hours=24)


class SessionForm(Schema):
    """One session. `closes_at` is the first instant that is too late.

    `cutoff_hours` before the start the last offer to the waiting list ends. `draw_closes_at`: the
    deadline of the draw, for a session that has one; after it, places that are left go to whoever
    comes first.
    """

    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    meeting_place: DraftText = DraftText()
    capacity: Annotated[int, Field(ge=1, le=10_000)]
    waiting_limit: Annotated[int, Field(ge=0, le=10_000)] = 0
    cutoff_hours: Annotated[int, Field(ge=0, le=LONGEST_CUTOFF)] = 24
    selection: Selection = Selection.FIRST_COME
    draw_closes_at: datetime | None = None
    family_seats: Annotated[int, Field(ge=0, le=10_000)] = 0

    @model_validator(mode="after")
    def _times_in_order(self) -> Self:
        if self.starts_at >= self.ends_at:
            raise ValueError(gettext_lazy("終了は、開始より後にしてください。"))
        if self.opens_at >= self.closes_at:
            raise ValueError(gettext_lazy("申込の締切は、受付開始より後にしてください。"))
        if self.closes_at > self.ends_at:
            raise ValueError(gettext_lazy("申込の締切は、終了より前にしてください。"))
        return self

    @model_validator(mode="after")
    def _draw_in_time(self) -> Self:
        closes_at = self.draw_closes_at
        if self.selection is Selection.DRAW and closes_at is None:
            raise ValueError(gettext_lazy("抽選の申込の締切を入れてください。"))
        if closes_at is not None and not (
            self.opens_at < closes_at <= self.closes_at
            and closes_at + REVEAL_TIME <= self.starts_at
        ):
            raise ValueError(gettext_lazy("抽選の申込の締切は、開催日の2日前までにしてください。"))
        if self.family_seats > self.capacity:
            raise ValueError(gettext_lazy("子ども連れの組のための席は、定員までにしてください。"))
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
    selection: Selection
    draw_closes_at: datetime | None
    family_seats: int
    in_draw: int

    @property
    def fingerprint(self) -> str:
        """For the optimistic lock of the session's form."""
        return fingerprint(self.model_dump(mode="json", include=set(SessionForm.model_fields)))

    @property
    def takes_entries(self) -> bool:
        """Whether applications enter a draw, by its deadline; the opening is asked elsewhere."""
        return (
            self.selection is Selection.DRAW
            and self.draw_closes_at is not None
            and clock.now() < self.draw_closes_at
        )

    @property
    def free(self) -> int:
        """Places for new applications: 0 before a draw, and while those who wait come first."""
        if self.selection is Selection.DRAW:
            return 0
        return 0 if self.waiting and not self.is_last_hours else self.capacity - self.taken

    @property
    def is_last_hours(self) -> bool:
        """Whether free places are first come for all, also for those who wait."""
        return self.first_come_from <= clock.now()
