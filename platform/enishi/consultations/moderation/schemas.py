"""Forms and rows of reports, decisions and appeals."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, NamedTuple, Self

from pydantic import AfterValidator, Field, model_validator

from enishi.consultations.core.kinds import HiddenReason, State
from enishi.consultations.core.translations import TranslatableText
from enishi.consultations.moderation.kinds import ModeratedKind, Outcome
from enishi.kit.i18n import Language, gettext_lazy
from enishi.kit.schema import Schema
from enishi.kit.text_validation import PlainText

WORDS_LIMIT = 500
NOTE_LIMIT = 1000


def _check_reason(reason: HiddenReason) -> HiddenReason:
    if reason is HiddenReason.AT_SOURCE:  # a reason of imported conversations, not of people
        raise ValueError(gettext_lazy("選択肢から選んでください。"))
    return reason


ChosenReason = Annotated[HiddenReason, AfterValidator(_check_reason)]


class Grounds(NamedTuple):
    """Why a text is hidden; the note is what its author is told beside the reason."""

    reason: HiddenReason
    note: str = ""


class ReportForm(Schema):
    """A report: a reason of the list, and words that only moderators read."""

    reason: ChosenReason
    words: Annotated[PlainText, Field(max_length=WORDS_LIMIT)] = ""


class ReportableText(TranslatableText):
    """A public text that is about to be reported."""

    id: uuid.UUID


class ModerationAct(StrEnum):
    SHOW = "show"
    HIDE = "hide"
    KEEP = "keep"  # shown as before: its reports are settled


class ModerationForm(Schema):
    """The act is a field of its own, so that nothing is shown because a value is missing.

    `note` is what the author of a hidden text is told beside the reason.
    """

    act: ModerationAct
    reason: ChosenReason | None = None
    note: Annotated[PlainText, Field(max_length=NOTE_LIMIT)] = ""

    @model_validator(mode="after")
    def _check_hiding(self) -> Self:
        if (self.act is ModerationAct.HIDE) != (self.reason is not None):
            raise ValueError(gettext_lazy("非表示にする理由を選んでください。"))
        return self


class ReportRow(Schema):
    """A report as moderators read it: never by whom."""

    reason: HiddenReason
    words: str
    reported_at: datetime


class OwnReport(ReportRow):
    """A report as its sender's file of personal data has it."""

    id: uuid.UUID
    consultation_id: uuid.UUID
    text_id: uuid.UUID


class ModerationRow(Schema):
    """A statement or an opinion in the moderation list, with the reports that wait."""

    kind: ModeratedKind
    id: uuid.UUID
    text: str
    state: State
    hidden_reason: HiddenReason | None
    created_at: datetime
    reports: int = 0
    first_reported_at: datetime | None = None
    latest_reports: tuple[ReportRow, ...] = ()


class HidingView(Schema):
    """A decision to hide a text as its author reads it, who may appeal once."""

    text_id: uuid.UUID
    reason: HiddenReason
    note: str
    hidden_at: datetime
    appealed_at: datetime | None
    outcome: Outcome | None
    outcome_reason: str
    decided_at: datetime | None

    @property
    def can_appeal(self) -> bool:
        return self.appealed_at is None


class AppealDecisionForm(Schema):
    """What becomes of an appeal; a refusal gives its reason, which the author is told."""

    outcome: Outcome
    outcome_reason: Annotated[PlainText, Field(max_length=NOTE_LIMIT)] = ""

    @model_validator(mode="after")
    def _check_reason(self) -> Self:
        if self.outcome is Outcome.REFUSED and not self.outcome_reason:
            raise ValueError(gettext_lazy("認めないときは、その理由を書いてください。"))
        return self


class AppealRow(Schema):
    """An appeal that waits, as moderators read it."""

    id: uuid.UUID
    kind: ModeratedKind
    text_id: uuid.UUID
    text: str
    reason: HiddenReason
    note: str
    hidden_at: datetime
    appealed_at: datetime
    is_own: bool  # whether the reader hid the text, and so may not decide


class Waiting(Schema):
    """Texts with reports and appeals that wait for a moderator; `overdue` for long, of both."""

    reported: int
    appealed: int
    overdue: int

    @property
    def total(self) -> int:
        return self.reported + self.appealed


class QuarterView(Schema):
    """The figures of a quarter in tens; None is fewer than twenty."""

    first_day: date
    decided: int | None
    hidden: int | None
    appealed: int | None
    upheld: int | None

    @property
    def number(self) -> int:
        """1 to 4, of the calendar year."""
        return (self.first_day.month + 2) // 3


class MaskForm(Schema):
    """The passage that the public shall not read, as it stands in the text."""

    passage: Annotated[PlainText, Field(min_length=1, max_length=WORDS_LIMIT)]
    reason: ChosenReason


class MaskingRow(Schema):
    """A masked text in the moderators' list, without its original."""

    id: uuid.UUID
    kind: ModeratedKind
    version: int | None
    text: str
    reason: HiddenReason
    masked_at: datetime


class Original(Schema):
    """A text as it was before a passage was masked."""

    text: str
    translations: dict[Language, str]
