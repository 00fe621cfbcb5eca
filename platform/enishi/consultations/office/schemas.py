"""Input and output types of the office: acts on a dialogue, seeds."""

import uuid
from datetime import date, datetime, timedelta
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator
from pydantic_core.core_schema import ValidationInfo

from enishi.consultations.core.kinds import NameRule, State, SubmissionChannel
from enishi.consultations.core.schemas import LegalBasis, PublicReason
from enishi.consultations.voting.schemas import STATEMENT_LIMIT
from enishi.kit import clock, seen
from enishi.kit.dates import Day, PlanDay
from enishi.kit.i18n import gettext, gettext_lazy
from enishi.kit.schema import Schema
from enishi.kit.text_validation import PlainText, check_characters, check_length, length_up_to

SEEDS_AT_ONCE = 10
Version = Annotated[int, Field(ge=1, lt=2**31)]


class NetworkForm(Schema):
    """The network whose limits are lifted, by an IP address in it."""

    address: str = Field(min_length=1, max_length=100)


class SetAsideForm(Schema):
    """The hours of a day in Japan, first and last, whose new guests are left out of the counts."""

    day: Day
    first_hour: Annotated[int, Field(ge=0, le=23)]
    last_hour: Annotated[int, Field(ge=0, le=23)]

    @model_validator(mode="after")
    def _check_hours(self) -> Self:
        if self.last_hour < self.first_hour:
            raise ValueError(gettext_lazy("終わりの時は、始まりの時と同じか、後にしてください。"))
        return self

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The instants from the first hour to the end of the last."""
        begins_at = clock.start_of_day(self.day)
        return (
            begins_at + timedelta(hours=self.first_hour),
            begins_at + timedelta(hours=self.last_hour + 1),
        )


class HourRow(Schema):
    """How many joined and voted in an hour: guests, and everybody else."""

    hour: int
    guests: int
    others: int
    guest_votes: int
    other_votes: int


class HourOfDay(HourRow):
    """The same with its day in Japan."""

    day: date


class MoveForm(Schema):
    """The version that was read before the office publishes, opens, closes or deletes."""

    version: Version


class ReopenForm(Schema):
    """A closed dialogue is opened once more; the public reads the reason."""

    closes_on: PlanDay
    result_on: PlanDay
    reason: PublicReason
    version: Version

    @field_validator("result_on")
    @classmethod
    def _result_after_closing(cls, day: date, info: ValidationInfo) -> date:
        closes_on = info.data.get("closes_on")
        if closes_on and day <= closes_on:
            raise ValueError(gettext_lazy("結果を公表する日は、終了日より後にしてください。"))
        return day


class SeedsForm(Schema):
    """Up to SEEDS_AT_ONCE statements of the organiser, one on each line."""

    texts: Annotated[str, Field(min_length=1, max_length=20_000)]
    # Add them although some look alike.
    anyway: bool = False

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.texts.splitlines() if line.strip()]

    @field_validator("texts")
    @classmethod
    def _check_lines(cls, texts: str) -> str:
        lines = [line.strip() for line in texts.splitlines()]
        count = sum(map(bool, lines))
        if count > SEEDS_AT_ONCE:
            raise ValueError(
                gettext_lazy(
                    "一度に加えられるのは%(most)s枚までです（いま%(count)s枚です）。",
                    most=SEEDS_AT_ONCE,
                    count=count,
                )
            )
        problems = [
            gettext("%(number)s行目：%(problem)s", number=number, problem=problem)
            for number, line in enumerate(lines, 1)
            if line and (problem := _problem_of(line))
        ]
        if problems:
            raise ValueError("".join(problems))
        return texts


def _problem_of(line: str) -> str:
    try:
        check_length(check_characters(line), limit=STATEMENT_LIMIT)
    except ValueError as error:
        return str(error)
    return ""


class SeedForm(Schema):
    text: Annotated[PlainText, length_up_to(STATEMENT_LIMIT)]


class CommentRulesForm(Schema):
    """How a local government asks for public comment. This site is always one of the channels."""

    basis: LegalBasis
    min_days: Annotated[int, Field(ge=1, le=120)]
    channels: tuple[SubmissionChannel, ...] = ()
    name_rule: NameRule

    @field_validator("channels")
    @classmethod
    def _with_site(cls, chosen: tuple[SubmissionChannel, ...]) -> tuple[SubmissionChannel, ...]:
        return tuple(
            each for each in SubmissionChannel if each is SubmissionChannel.SITE or each in chosen
        )


class EmptyForm(Schema):
    """A form without fields but its lock."""


class SeedRow(Schema):
    """A statement of the organiser, in the office's list."""

    id: uuid.UUID
    number: int
    text: str
    state: State

    @property
    def fingerprint(self) -> str:
        return seen.fingerprint({"text": self.text})
