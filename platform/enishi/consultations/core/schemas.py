"""Input and output types of a consultation, its phases and its components."""

import uuid
from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from enishi.consultations.core.kinds import (
    ComponentKind,
    Eligibility,
    Kind,
    Moderation,
    PhaseKind,
)
from enishi.kit import clock
from enishi.kit.dates import Day
from enishi.kit.i18n import gettext_lazy
from enishi.kit.ids import SLUG_PATTERN
from enishi.kit.localised import LocalisedText
from enishi.kit.schema import Schema
from enishi.kit.text_validation import PlainText, length_up_to

WITHDRAWAL_REASON_LIMIT = 1000


class WithdrawalReason(LocalisedText):
    ja: Annotated[PlainText, length_up_to(WITHDRAWAL_REASON_LIMIT)]
    en: Annotated[PlainText, Field(max_length=2000)] = ""


class WithdrawalForm(Schema):
    """Why a consultation is withdrawn; the public reads the reason."""

    reason: WithdrawalReason


class Title(LocalisedText):
    ja: Annotated[str, Field(min_length=1, max_length=100)]
    en: Annotated[str, Field(max_length=200)] = ""
    easy_ja: Annotated[str, Field(max_length=100)] = ""


class ConsultationForm(Schema):
    """The organiser's form of a consultation; a draft may leave most fields empty."""

    slug: Annotated[str, Field(pattern=SLUG_PATTERN)]
    title: Title
    problem: LocalisedText | None = None
    decision: LocalisedText | None = None
    can_change: LocalisedText | None = None
    cannot_change: LocalisedText | None = None
    who_may_answer: LocalisedText | None = None
    eligibility: Eligibility
    data_controller: LocalisedText | None = None
    contact: Annotated[PlainText, Field(max_length=500)] = ""
    votes_published: bool | None = None
    guests_allowed: bool = False
    statements_invited: bool = False
    opinions_invited: bool = False
    moderation: Moderation
    themes: tuple[uuid.UUID, ...] = ()
    opens_on: Day | None = None
    closes_on: Day | None = None
    result_on: Day | None = None
    # Optimistic lock: the version that the form was opened with.
    version: Annotated[int, Field(ge=1, lt=2**31)] = 1

    @property
    def days(self) -> dict[str, date | None]:
        return {
            "opens_on": self.opens_on,
            "closes_on": self.closes_on,
            "result_on": self.result_on,
        }

    @model_validator(mode="after")
    def _check_dates(self) -> Self:
        days = [day for day in (self.opens_on, self.closes_on, self.result_on) if day]
        if days != sorted(days) or (self.result_on and self.result_on == self.closes_on):
            raise ValueError(gettext_lazy("日付は、開始・終了・結果公表の順にしてください。"))
        if self.closes_on and not self.opens_on:
            raise ValueError(gettext_lazy("開始日も入力してください。"))
        if self.result_on and not self.closes_on:
            raise ValueError(gettext_lazy("終了日も入力してください。"))
        return self


class PhaseView(Schema):
    kind: PhaseKind
    starts_at: datetime
    ends_at: datetime | None


class EnteredPhase(Schema):
    """A phase that a public consultation entered."""

    slug: str
    title: LocalisedText
    kind: PhaseKind
    starts_at: datetime


class ComponentView(Schema):
    kind: ComponentKind
    opens_at: datetime | None
    closes_at: datetime | None
    settings: dict[str, Any]

    def is_open_at(self, instant: datetime) -> bool:
        """Half-open: `closes_at` is the first instant that is too late."""
        if self.opens_at is None or instant < self.opens_at:
            return False
        return self.closes_at is None or instant < self.closes_at


class ConsultationRef(Schema):
    """A consultation without its long texts: what services and policies need."""

    id: uuid.UUID
    organisation_id: uuid.UUID
    slug: str
    title: LocalisedText
    guests_allowed: bool
    moderation: Moderation
    votes_published: bool | None
    ballots_promised: bool
    is_sample: bool
    published_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_reason: LocalisedText | None
    phases: tuple[PhaseView, ...]
    components: tuple[ComponentView, ...]

    @property
    def is_public(self) -> bool:
        return self.published_at is not None and self.withdrawn_at is None

    def phase(self, kind: PhaseKind) -> PhaseView | None:
        return next((phase for phase in self.phases if phase.kind is kind), None)

    def phase_at(self, instant: datetime) -> PhaseKind:
        """The phase of an instant; preparation where no dates are set."""
        latest = None
        for phase in self.phases:  # a loop, because it is called at each vote
            if phase.starts_at <= instant and not (latest and phase.starts_at <= latest.starts_at):
                latest = phase
        if latest is None:
            return PhaseKind.PREPARATION
        is_over = latest.ends_at is not None and latest.ends_at <= instant
        return PhaseKind.CLOSED if is_over and latest.kind is PhaseKind.OPEN else latest.kind

    def component(self, kind: ComponentKind) -> ComponentView | None:
        for component in self.components:  # a loop, because it is called at each vote
            if component.kind is kind:
                return component
        return None

    def accepts(self, kind: ComponentKind, instant: datetime) -> bool:
        """Whether the public may contribute to this component now."""
        component = self.component(kind) if self.is_public else None
        return component is not None and component.is_open_at(instant)

    def is_open_at(self, instant: datetime) -> bool:
        """Whether any component accepts contributions."""
        return self.is_public and any(each.is_open_at(instant) for each in self.components)

    def admits(self, *, is_signed_in: bool) -> bool:
        """Whether a visitor may take part: an account always, a guest where guests are allowed."""
        return is_signed_in or self.guests_allowed

    @property
    def statements_invited(self) -> bool:
        """Whether participants may add statements, while the component is open."""
        component = self.component(ComponentKind.STATEMENTS)
        return component is not None and component.settings.get("by_participants") is True

    @property
    def opinions_invited(self) -> bool:
        """Whether opinions are accepted, while the component is open."""
        return self.component(ComponentKind.OPINIONS) is not None

    @property
    def opens_at(self) -> datetime | None:
        phase = self.phase(PhaseKind.OPEN)
        return phase.starts_at if phase else None

    @property
    def last_day(self) -> date | None:
        phase = self.phase(PhaseKind.OPEN)
        return clock.last_day(phase.ends_at) if phase and phase.ends_at else None

    @property
    def days(self) -> dict[str, date | None]:
        """The days as the organiser's form holds them, by field."""
        result = self.phase(PhaseKind.RESULT)
        return {
            "opens_on": clock.in_tokyo(self.opens_at).date() if self.opens_at else None,
            "closes_on": self.last_day,
            "result_on": clock.in_tokyo(result.starts_at).date() if result else None,
        }


class ConsultationView(ConsultationRef):
    """A consultation with all its texts, for its pages."""

    kind: Kind
    problem: LocalisedText | None
    decision: LocalisedText | None
    can_change: LocalisedText | None
    cannot_change: LocalisedText | None
    who_may_answer: LocalisedText | None
    eligibility: Eligibility
    data_controller: LocalisedText | None
    contact: str
    themes: tuple[uuid.UUID, ...]
    version: int
