"""Input and output types of a consultation, its phases and its components."""

import uuid
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from enishi.consultations.core.kinds import (
    ComponentKind,
    Eligibility,
    Kind,
    Moderation,
    NameRule,
    PhaseKind,
    SubmissionChannel,
)
from enishi.kit import clock, seen
from enishi.kit.localised import LocalisedText
from enishi.kit.schema import Schema
from enishi.kit.text_validation import PlainText, length_up_to

PUBLIC_REASON_LIMIT = 1000


class PublicReason(LocalisedText):
    """Why an office withdraws or reopens a consultation; the public reads it."""

    ja: Annotated[PlainText, length_up_to(PUBLIC_REASON_LIMIT)]
    en: Annotated[PlainText, Field(max_length=2000)] = ""


class LegalBasis(LocalisedText):
    """The law, the ordinance or the guideline that a public comment follows."""

    ja: Annotated[str, Field(min_length=1, max_length=1000)]
    en: Annotated[str, Field(max_length=2000)] = ""


class WithdrawalForm(Schema):
    reason: PublicReason


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
    kind: Kind
    title: LocalisedText
    guests_allowed: bool
    moderation: Moderation
    votes_published: bool | None
    ballots_promised: bool
    is_sample: bool
    published_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_reason: LocalisedText | None
    # When its result was published.
    answered_at: datetime | None
    phases: tuple[PhaseView, ...]
    components: tuple[ComponentView, ...]

    @property
    def is_public(self) -> bool:
        return self.published_at is not None and self.withdrawn_at is None

    def phase(self, kind: PhaseKind) -> PhaseView | None:
        return next((phase for phase in self.phases if phase.kind is kind), None)

    def phase_at(self, instant: datetime) -> PhaseKind:
        """The phase of an instant; preparation where no dates are set.

        The day planned for the result changes nothing: the phase is `result` once a result was
        published after the close, and `closed` until then.
        """
        latest = None
        for phase in self.phases:  # a loop, because it is called at each vote
            if phase.starts_at <= instant and not (latest and phase.starts_at <= latest.starts_at):
                latest = phase
        if latest is None:
            return PhaseKind.PREPARATION
        is_over = latest.ends_at is not None and latest.ends_at <= instant
        if latest.kind is PhaseKind.PREPARATION or (latest.kind is PhaseKind.OPEN and not is_over):
            return latest.kind
        return PhaseKind.RESULT if self.is_answered_at(instant) else PhaseKind.CLOSED

    def is_answered_at(self, instant: datetime) -> bool:
        """Whether its result is published. Totals and the opinion map are counts, and no answer."""
        return self.answered_at is not None and self.answered_at <= instant

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


class CommentRules(Schema):
    """How a local government asks for public comment; `min_days` counts the day of the notice."""

    basis: LocalisedText
    min_days: int
    channels: tuple[SubmissionChannel, ...]
    name_rule: NameRule

    @property
    def fingerprint(self) -> str:
        """For the optimistic lock of the office's form."""
        return seen.fingerprint(self.model_dump(mode="json"))


class ConsultationView(ConsultationRef):
    """A consultation with all its texts, for its pages."""

    problem: LocalisedText | None
    decision: LocalisedText | None
    can_change: LocalisedText | None
    cannot_change: LocalisedText | None
    who_may_answer: LocalisedText | None
    eligibility: Eligibility
    data_controller: LocalisedText | None
    contact: str
    # Of public comments only.
    legal_basis: LocalisedText | None
    notice_on: date | None
    short_period_reason: LocalisedText | None
    comment_rules: CommentRules | None
    themes: tuple[uuid.UUID, ...]
    version: int
    # When its office last changed what the public reads of its terms; None if never.
    changed_at: datetime | None

    @property
    def basis(self) -> LocalisedText | None:
        """The law or ordinance of a public comment: its own, or that of its office's rules."""
        return self.legal_basis or (self.comment_rules.basis if self.comment_rules else None)

    def terms(self) -> dict[str, Any]:
        """What people take part under, as JSON: a change after publication is recorded."""
        texts: dict[str, LocalisedText | None] = {
            "title": self.title,
            "problem": self.problem,
            "decision": self.decision,
            "can_change": self.can_change,
            "cannot_change": self.cannot_change,
            "who_may_answer": self.who_may_answer,
            "data_controller": self.data_controller,
            "legal_basis": self.legal_basis,
            "short_period_reason": self.short_period_reason,
        }
        days = {name: day.isoformat() if day else None for name, day in self.days.items()}
        return {
            **{name: text.model_dump() if text else None for name, text in texts.items()},
            **days,
            "eligibility": self.eligibility.value,
            "guests_allowed": self.guests_allowed,
            "statements_invited": self.statements_invited,
            "opinions_invited": self.opinions_invited,
            "moderation": self.moderation.value,
        }


class ShownPeople(Schema):
    """At least how many people take part by the end of a day, as a public page lets one conclude.

    `place_code` is the municipality of the consultation, "" for none.
    """

    day: date
    consultation_id: uuid.UUID
    place_code: str
    least: int


class Change(Schema):
    """A change of the terms of a public consultation: term -> [before, after], as JSON."""

    number: int
    terms: dict[str, tuple[Any, Any]]
    reason: LocalisedText | None
    changed_at: datetime
