"""Input and output types of the JSON API. Fields are added, never removed or renamed."""

import uuid
from datetime import date, datetime
from typing import Self

from enishi.consultations.core.kinds import Kind, NameShown, PhaseKind, State
from enishi.consultations.core.translations import TranslatableText
from enishi.consultations.opinions.schemas import OpinionView
from enishi.consultations.voting.schemas import CountedStatement, VoteStep
from enishi.kit import clock
from enishi.kit.localised import LocalisedText
from enishi.kit.schema import Schema


class DialogueOut(Schema):
    id: uuid.UUID
    slug: str
    title: LocalisedText
    problem: LocalisedText | None
    decision: LocalisedText | None
    can_change: LocalisedText | None
    cannot_change: LocalisedText | None
    who_may_answer: LocalisedText | None
    phase: PhaseKind
    opens_at: datetime | None
    last_day: str | None
    # The planned day of the result, and for how many days it is overdue: 0 once it is published.
    result_on: date | None
    overdue_days: int
    kind: Kind
    # Of public comments: the day of the notice, the basis, and why the period is short.
    notice_on: date | None
    legal_basis: LocalisedText | None
    short_period_reason: LocalisedText | None
    votes_published: bool | None
    is_sample: bool
    guests_allowed: bool


class DialoguePage(Schema):
    items: tuple[DialogueOut, ...]
    next: str | None


class StatementOut(TranslatableText):
    """A public statement: with the day in Japan and not the instant, which would name a visit.

    Its sums are exact as of `counted_at`; all four are null before the first step that counts it.
    """

    id: uuid.UUID
    number: int
    agrees: int | None
    disagrees: int | None
    passes: int | None
    counted_at: datetime | None
    is_meta: bool  # about the dialogue itself: outside its landscape
    created_on: date

    @classmethod
    def of(cls, view: CountedStatement, step: VoteStep | None) -> Self:
        sums = view.sums
        return cls(
            **{name: getattr(view, name) for name in (*TranslatableText.model_fields, "id")},
            number=view.number,
            agrees=sums.agrees if sums else None,
            disagrees=sums.disagrees if sums else None,
            passes=sums.passes if sums else None,
            counted_at=step.taken_at if sums and step else None,
            is_meta=view.is_meta,
            created_on=clock.in_tokyo(view.created_at).date(),
        )


class OpinionOut(TranslatableText):
    """A public opinion, with days as `StatementOut`."""

    id: uuid.UUID
    name_shown: NameShown
    nickname: str
    version: int
    created_on: date
    updated_on: date

    @classmethod
    def of(cls, view: OpinionView) -> Self:
        days = {
            "created_on": clock.in_tokyo(view.created_at).date(),
            "updated_on": clock.in_tokyo(view.updated_at).date(),
        }
        fields = {name: getattr(view, name) for name in cls.model_fields if name not in days}
        return cls.model_validate(fields | days)


class StatementPage(Schema):
    items: tuple[StatementOut, ...]
    next: str | None


class OpinionPage(Schema):
    items: tuple[OpinionOut, ...]
    next: str | None


class StatementIn(Schema):
    text: str
    anyway: bool = False


class StatementReceipt(Schema):
    id: uuid.UUID
    number: int
    state: State


class OpinionIn(Schema):
    text: str
    name_shown: NameShown = NameShown.ANONYMOUS
    nickname: str = ""


class OpinionReceipt(Schema):
    id: uuid.UUID
    receipt: str


class OwnVotes(Schema):
    """Statement -> -1, 0 or 1."""

    votes: dict[uuid.UUID, int]
