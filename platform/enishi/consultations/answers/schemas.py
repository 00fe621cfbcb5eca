"""Input and output types of official answers, their approvals and publications."""

import uuid
from datetime import datetime, time, timedelta
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator
from pydantic_core.core_schema import ValidationInfo

from enishi.consultations.answers.content import content_hash
from enishi.consultations.answers.differences import Run, differences
from enishi.consultations.arguments.schemas import StoredText, StoredTitle, TextCounts
from enishi.consultations.core.kinds import Outcome, Stage
from enishi.kit import clock
from enishi.kit.dates import PlanDay
from enishi.kit.i18n import gettext_lazy
from enishi.kit.localised import LocalisedText
from enishi.kit.schema import Schema
from enishi.kit.text_validation import PlainText, length_up_to

REASON_LIMIT, DIVISION_LIMIT, PASSAGE_LIMIT, GAP_REASON_LIMIT = 2000, 80, 2000, 1000


class AnswerReason(LocalisedText):
    ja: Annotated[PlainText, length_up_to(REASON_LIMIT)]
    en: Annotated[PlainText, Field(max_length=6000)] = ""


class Division(LocalisedText):
    ja: Annotated[PlainText, length_up_to(DIVISION_LIMIT)]
    en: Annotated[PlainText, Field(max_length=200)] = ""


Passage = Annotated[PlainText, Field(max_length=PASSAGE_LIMIT)]


class DraftForm(Schema):
    """An answer as an office writes it. A change needs the passage before and after."""

    outcome: Outcome
    reason: AnswerReason
    division: Division
    passage_before: Passage = ""
    passage_after: Passage = ""

    @field_validator("passage_after")
    @classmethod
    def _check_passage(cls, after: str, info: ValidationInfo) -> str:
        before = info.data.get("passage_before", "")
        if after == before and after:
            raise ValueError(gettext_lazy("変更前と変更後が同じです。"))
        return after


class ApprovalForm(Schema):
    """A form without fields but its lock, the hash of what was read."""


class GapReason(LocalisedText):
    """Why answers are published although some are missing; the public reads it."""

    ja: Annotated[PlainText, length_up_to(GAP_REASON_LIMIT)]
    en: Annotated[PlainText, Field(max_length=3000)] = ""


class PublicationForm(Schema):
    """At once without a day; else on that day, at that time in Japan (midnight without one)."""

    publish_on: PlanDay | None = None
    publish_time: time | None = None
    gap_reason: GapReason | None = None

    @model_validator(mode="after")
    def _check_instant(self) -> Self:
        if self.publish_on is None and self.publish_time is not None:
            raise ValueError(
                gettext_lazy("時刻だけでは予約できません。公表する日も入力してください。")
            )
        if self.instant is not None and self.instant <= clock.now():
            raise ValueError(gettext_lazy("予約する日時は、今より後にしてください。"))
        return self

    @property
    def instant(self) -> datetime | None:
        """When the answers become public; None means *at once*."""
        if self.publish_on is None:
            return None
        at = self.publish_time or time()
        return clock.start_of_day(self.publish_on) + timedelta(hours=at.hour, minutes=at.minute)


class Answer(Schema):
    """What an office answers, in the order in which pages show it."""

    outcome: Outcome
    reason: StoredTitle
    division: StoredTitle
    passage_before: str
    passage_after: str

    @property
    def changes(self) -> tuple[Run, ...]:
        """The changed passage, run by run; empty without one."""
        return differences(self.passage_before, self.passage_after)


class Draft(Answer):
    """The newest draft of an argument's answer, with its approval and publication if any."""

    id: uuid.UUID
    number: int
    text_number: int
    content_hash: bytes
    drafted_by: uuid.UUID
    drafted_at: datetime
    approved_at: datetime | None
    by_one_person: bool | None
    # When it became or becomes public; None if no publication holds it, or an edit withdrew it.
    publish_at: datetime | None

    def hash_with(self, title: LocalisedText, summary: LocalisedText | None) -> bytes:
        """The hash of this draft under an argument's title and summary."""
        return content_hash(
            (title, summary),
            self.outcome,
            (self.reason, self.division),
            (self.passage_before, self.passage_after),
        )


class ArgumentState(Schema):
    """An argument in its office, with how far its answer has come."""

    id: uuid.UUID
    number: int
    is_pinned: bool
    text_number: int
    title: StoredTitle
    summary: StoredText
    draft: Draft | None

    @property
    def is_outdated(self) -> bool:
        """Whether title or summary changed after the draft: it has to be written again."""
        return self.draft is not None and self.draft.text_number != self.text_number

    @property
    def is_ready(self) -> bool:
        """Whether it is approved as it stands, and waits for its publication."""
        return self.stage_at(clock.now()) is Stage.APPROVED

    def stage_at(self, now: datetime) -> Stage:
        draft = self.draft
        if draft is None:
            return Stage.NONE
        if draft.publish_at is not None and draft.publish_at <= now:
            return Stage.PUBLISHED
        if self.is_outdated or draft.approved_at is None:
            return Stage.DRAFT
        return Stage.SCHEDULED if draft.publish_at is not None else Stage.APPROVED


class PublicAnswer(Answer):
    """An argument and the answer to it, as the public reads them."""

    id: uuid.UUID
    number: int
    position: int
    is_pinned: bool
    title: StoredTitle
    summary: StoredText
    by_one_person: bool
    approved_at: datetime
    published_at: datetime
    counts: TextCounts = TextCounts()


class Gaps(Schema):
    """What is not answered: opinions under no argument, and arguments without an answer."""

    unplaced: int
    unanswered: int

    @property
    def any(self) -> bool:
        return bool(self.unplaced or self.unanswered)


class Publication(Schema):
    """One publication of answers, as its office reads it."""

    id: uuid.UUID
    number: int
    publish_at: datetime
    cancelled_at: datetime | None
    unplaced: int
    unanswered: int
    gap_reason: StoredText
    answers: int


class OpinionAnswers(Schema):
    """What became of one opinion: the public answers, and whether others are awaited."""

    answers: tuple[PublicAnswer, ...]
    is_awaiting: bool
