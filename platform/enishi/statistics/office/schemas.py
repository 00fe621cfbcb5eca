"""What an office asks of its figures."""

import uuid
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from enishi.kit import clock
from enishi.kit.dates import Day
from enishi.kit.i18n import gettext_lazy
from enishi.kit.schema import Schema
from enishi.statistics.schemas import Scope

_DEFAULT_DAYS = 30
_MOST_DAYS = 92  # a longer period is told by months
_LONGEST = 366 * 3


class Aspect(StrEnum):
    """The parts of an office's work. Each has figures, charts and files of its own."""

    DIALOGUES = "dialogues"
    PROGRAMMES = "programmes"
    REGISTRATIONS = "registrations"


SUBJECT_KINDS = {Aspect.DIALOGUES: "consultation", Aspect.PROGRAMMES: "programme"}


class PeriodForm(Schema):
    """First and last day, both included; and one dialogue or programme, or all when empty."""

    since: Day | None = None
    until: Day | None = None
    subject: str = Field(default="", max_length=60)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first > self.last:
            raise ValueError(gettext_lazy("開始日を、終了日より後にはできません。"))
        if (self.last - self.first).days > _LONGEST:
            raise ValueError(gettext_lazy("期間は三年までにしてください。"))
        return self

    @property
    def last(self) -> date:
        return self.until or clock.today()

    @property
    def first(self) -> date:
        return self.since or self.last - timedelta(days=_DEFAULT_DAYS - 1)

    @property
    def is_by_month(self) -> bool:
        """Whether the course is told by months instead of days."""
        return (self.last - self.first).days >= _MOST_DAYS

    @property
    def is_day_or_month(self) -> bool:
        """One day, or one whole calendar month: only then does "came back" mean one thing."""
        is_month = self.first.day == 1 and (self.last + timedelta(days=1)).day == 1
        return self.first == self.last or (
            is_month and self.first.replace(day=1) == self.last.replace(day=1)
        )

    @property
    def is_running(self) -> bool:
        """Whether the period holds today, whose figures still grow."""
        return self.first <= self.today <= self.last

    @property
    def today(self) -> date:
        return clock.today()

    def scope(self, aspect: Aspect, organisation_id: uuid.UUID, place: str = "") -> Scope:
        """The facts of an aspect; `place` is that of the organisation's registrations."""
        if aspect is Aspect.REGISTRATIONS:
            return Scope(until=self.last, since=self.first, place=place)
        return Scope(
            until=self.last,
            since=self.first,
            organisation_id=organisation_id,
            subject_kind=SUBJECT_KINDS[aspect],
            subject_id=self.subject.partition(" ")[2] or None,
        )
