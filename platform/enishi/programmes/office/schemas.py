"""Forms of the office. Days and times are converted to instants here."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import count, dropwhile, islice
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from enishi.kit import clock
from enishi.kit.dates import PlanDay
from enishi.kit.i18n import gettext_lazy
from enishi.kit.localised import DraftText, LocalisedText
from enishi.kit.schema import Schema
from enishi.programmes.sessions.schemas import (
    LONGEST_CUTOFF,
    Selection,
    SessionForm,
    SessionView,
)

MOST_COPIES = 52


class MoveForm(Schema):
    """The version that was read before the office publishes, closes or deletes a programme."""

    seen: Annotated[str, Field(min_length=1, max_length=200)]


class MeetingPlace(DraftText):
    ja: Annotated[str, Field(max_length=200)] = ""
    en: Annotated[str, Field(max_length=400)] = ""


class TimesForm(Schema):
    """When a session is. `ends_on`: for several days.

    Each value is checked against the fields above it, so the message is at the field to correct.
    """

    day: PlanDay
    starts: time
    ends_on: PlanDay | None = None
    ends: time

    @field_validator("ends_on")
    @classmethod
    def _not_before_it_begins(cls, ends_on: date | None, info: ValidationInfo) -> date | None:
        day = info.data.get("day")
        if ends_on is not None and day is not None and ends_on < day:
            raise ValueError(gettext_lazy("最終日は、開催日より前にはできません。"))
        return ends_on

    @field_validator("ends")
    @classmethod
    def _after_the_start(cls, ends: time, info: ValidationInfo) -> time:
        day, starts = info.data.get("day"), info.data.get("starts")
        one_day = info.data.get("ends_on") in (None, day)
        if one_day and starts is not None and ends <= starts:
            raise ValueError(gettext_lazy("終了は、開始より後にしてください。"))
        return ends

    @property
    def starts_at(self) -> datetime:
        return _instant(self.day, self.starts)

    @property
    def ends_at(self) -> datetime:
        return _instant(self.ends_on or self.day, self.ends)


class SessionDayForm(TimesForm):
    """One session. `last_day`: the last day for applications.

    `draw_last_day` and `family_seats` count for a draw only.
    """

    meeting_place: MeetingPlace = MeetingPlace()
    capacity: Annotated[int, Field(ge=1, le=10_000)]
    waiting_limit: Annotated[int, Field(ge=0, le=10_000)] | None = None
    cutoff_hours: Annotated[int, Field(ge=0, le=LONGEST_CUTOFF)] = 24
    opens_on: PlanDay
    last_day: PlanDay
    selection: Selection = Selection.FIRST_COME
    draw_last_day: PlanDay | None = None
    family_seats: Annotated[int, Field(ge=0, le=10_000)] | None = None

    @field_validator("last_day")
    @classmethod
    def _between_opening_and_end(cls, last_day: date, info: ValidationInfo) -> date:
        opens_on, day = info.data.get("opens_on"), info.data.get("day")
        if opens_on is not None and last_day < opens_on:
            raise ValueError(gettext_lazy("申込の締切は、受付開始より後にしてください。"))
        if day is not None and last_day > day:
            raise ValueError(gettext_lazy("申込の締切は、開催日までにしてください。"))
        # Applications on the day of the session are taken until it begins: at 00:00, never.
        starts = info.data.get("starts")
        if day is not None and opens_on == day and starts == time():
            raise ValueError(gettext_lazy("申込の受付は、開始より前に始めてください。"))
        return last_day

    @field_validator("draw_last_day")
    @classmethod
    def _before_the_session(cls, last: date | None, info: ValidationInfo) -> date | None:
        if info.data.get("selection") is not Selection.DRAW:
            return None
        opens_on, day, ends = (info.data.get(name) for name in ("opens_on", "day", "last_day"))
        if last is None:
            raise ValueError(gettext_lazy("抽選の申込の締切を入れてください。"))
        if opens_on is not None and last < opens_on:
            raise ValueError(gettext_lazy("抽選の申込の締切は、受付開始より後にしてください。"))
        # The officials have a day to reveal their numbers, and travellers one to prepare.
        if day is not None and last > day - timedelta(days=2):
            raise ValueError(gettext_lazy("抽選の申込の締切は、開催日の2日前までにしてください。"))
        if ends is not None and last > ends:
            raise ValueError(gettext_lazy("抽選の申込の締切は、申込の締切までにしてください。"))
        return last

    @field_validator("family_seats")
    @classmethod
    def _of_the_capacity(cls, seats: int | None, info: ValidationInfo) -> int | None:
        if info.data.get("selection") is not Selection.DRAW:
            return None
        capacity = info.data.get("capacity")
        if seats is not None and capacity is not None and seats > capacity:
            raise ValueError(gettext_lazy("子ども連れの組のための席は、定員までにしてください。"))
        return seats

    def session(self) -> SessionForm:
        return SessionForm(
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            opens_at=clock.start_of_day(self.opens_on),
            # Applications on the day of the session are taken until it begins.
            closes_at=min(clock.closes_after(self.last_day), self.starts_at),
            meeting_place=self.meeting_place,
            capacity=self.capacity,
            waiting_limit=self.waiting_limit or 0,
            cutoff_hours=self.cutoff_hours,
            selection=self.selection,
            draw_closes_at=clock.closes_after(self.draw_last_day) if self.draw_last_day else None,
            family_seats=self.family_seats or 0,
        )


def _instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at.replace(tzinfo=None), clock.TOKYO)


class CopyForm(Schema):
    """Copies of a session: at equal distances, or on the given days.

    Monthly is the same weekday of the month (the second Saturday); a month without a fifth one is
    left out. `weeks` is the number of copies.
    """

    how: Literal["weekly", "fortnightly", "monthly", "days"]
    weeks: Annotated[int, Field(ge=1, le=MOST_COPIES)] | None = None
    days: Annotated[list[PlanDay], Field(max_length=MOST_COPIES)] = Field(default=[])

    @field_validator("weeks")
    @classmethod
    def _weeks_given(cls, weeks: int | None, info: ValidationInfo) -> int | None:
        if weeks is None and info.data.get("how") not in (None, "days"):
            raise ValueError(gettext_lazy("何回加えるかを入力してください。"))
        return weeks

    @field_validator("days")
    @classmethod
    def _days_given(cls, days: list[date], info: ValidationInfo) -> list[date]:
        if info.data.get("how") != "days":
            return []
        if not days:
            raise ValueError(gettext_lazy("日付を一つ以上入力してください。"))
        if min(days) <= clock.today():
            raise ValueError(gettext_lazy("これから先の日付を入力してください。"))
        return days

    def sessions(self, like: SessionView) -> list[SessionForm]:
        """The copies, with the same times, place and capacity, and all deadlines moved alike."""
        first = clock.in_tokyo(like.starts_at).date()
        days = self.days or list(islice(self._repeated(first), self.weeks or 0))
        return [_moved(like, day - first) for day in days]

    def _repeated(self, first: date) -> Iterator[date]:
        """The days after the first one; those of a past session begin after today."""
        if self.how == "monthly":
            every = (_of_month(first, number) for number in count(1))
            coming = (day for day in every if day is not None)
        else:
            step = timedelta(weeks=2 if self.how == "fortnightly" else 1)
            coming = (first + step * number for number in count(1))
        return dropwhile(lambda day: day <= clock.today(), coming)


def _of_month(first: date, later: int) -> date | None:
    """The same weekday, counted in its month, some months later; None where there is no fifth."""
    months = first.year * 12 + first.month - 1 + later
    start = date(months // 12, months % 12 + 1, 1)
    ahead = (first.weekday() - start.weekday()) % 7 + 7 * ((first.day - 1) // 7)
    day = start + timedelta(days=ahead)
    return day if day.month == start.month else None


def _moved(like: SessionView, by: timedelta) -> SessionForm:
    closes_at = like.closes_at + by
    # A copy earlier than the original could close before it opens: then it opens at once.
    opens_at = min(like.opens_at, clock.start_of_day(clock.today()), closes_at - timedelta(days=1))
    opens_at = like.opens_at if like.opens_at < closes_at else opens_at
    return SessionForm(
        starts_at=like.starts_at + by,
        ends_at=like.ends_at + by,
        opens_at=opens_at,
        closes_at=closes_at,
        meeting_place=like.meeting_place,
        capacity=like.capacity,
        waiting_limit=like.waiting_limit,
        cutoff_hours=like.cutoff_hours,
        **_draw_of_a_copy(like, by, opens_at),
    )


def _draw_of_a_copy(like: SessionView, by: timedelta, opens_at: datetime) -> dict[str, Any]:
    """A copy of a session with a draw has one, if there is time for it; else first come."""
    closes_at = like.draw_closes_at and like.draw_closes_at + by
    if closes_at is None or closes_at <= max(opens_at, clock.now()):
        return {}
    return {
        "selection": Selection.DRAW,
        "draw_closes_at": closes_at,
        "family_seats": like.family_seats,
    }


class Reason(LocalisedText):
    ja: Annotated[str, Field(min_length=1, max_length=500)]
    en: Annotated[str, Field(max_length=1000)] = ""

    @property
    def as_mailed(self) -> str:
        """The reason as stored and mailed: both languages, if both were written."""
        return "\n\n".join(filter(None, (self.ja, self.en)))


class CallOffForm(Schema):
    reason: Reason
