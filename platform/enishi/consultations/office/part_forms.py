"""The forms in which an office writes a consultation, in the order of its pages.

Each part has its own columns and its own lock, so two people can edit two parts at the same time.
"""

import uuid
from abc import abstractmethod
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from enishi.consultations.core.kinds import Eligibility, Kind, Moderation
from enishi.consultations.core.schemas import ConsultationView, LegalBasis, PublicReason
from enishi.kit import seen
from enishi.kit.dates import Day
from enishi.kit.i18n import gettext_lazy
from enishi.kit.localised import LocalisedText
from enishi.kit.schema import Schema
from enishi.kit.slugs import Slug
from enishi.kit.text_validation import PlainText

CONTACT_LIMIT = 500


class Part(StrEnum):
    TOPIC = "topic"
    NOTICE = "notice"  # of public comments
    RULES = "rules"
    CONTACT = "contact"


class Title(LocalisedText):
    ja: Annotated[str, Field(min_length=1, max_length=100)]
    en: Annotated[str, Field(max_length=200)] = ""
    easy_ja: Annotated[str, Field(max_length=100)] = ""


class Passage(LocalisedText):
    """One of the texts that say what a dialogue is about."""

    ja: Annotated[str, Field(min_length=1, max_length=4000)]
    en: Annotated[str, Field(max_length=8000)] = ""
    easy_ja: Annotated[str, Field(max_length=4000)] = ""


class PartForm(Schema):
    """A part of a dialogue; in a draft most fields may be empty."""

    part: ClassVar[Part]

    @classmethod
    def saved_in(cls, consultation: ConsultationView) -> Mapping[str, Any]:
        """Field name -> saved value, to fill the form with."""
        days = consultation.days
        return {
            name: days[name] if name in days else getattr(consultation, name, None)
            for name in cls.model_fields
        }

    @classmethod
    def fingerprint(cls, consultation: ConsultationView) -> str:
        """What the form sends back, so that a part that changed meanwhile is not overwritten."""
        saved = cls.saved_in(consultation)
        return seen.fingerprint(
            {
                name: value.model_dump() if isinstance(value, LocalisedText) else value
                for name, value in saved.items()
            }
        )

    @abstractmethod
    def columns(self) -> dict[str, Any]:
        """Column -> value, for those fields that are columns of the consultation."""


def _texts(form: PartForm, *names: str) -> dict[str, Any]:
    values: dict[str, LocalisedText | None] = {name: getattr(form, name) for name in names}
    return {name: value.model_dump_json() if value else None for name, value in values.items()}


class TopicForm(PartForm):
    part = Part.TOPIC

    title: Title
    problem: Passage | None = None
    decision: Passage | None = None
    can_change: Passage | None = None
    cannot_change: Passage | None = None
    themes: Annotated[tuple[uuid.UUID, ...], Field(max_length=50)] = ()

    def columns(self) -> dict[str, Any]:
        return _texts(self, "title", "problem", "decision", "can_change", "cannot_change")


class NewForm(TopicForm):
    """The first part of a new consultation, with its kind, which stays as it is."""

    kind: Kind = Kind.DIALOGUE


class NoticeForm(PartForm):
    """The notice of a public comment: its day, its basis, and why its period is short."""

    part = Part.NOTICE

    notice_on: Day | None = None
    legal_basis: LegalBasis | None = None
    short_period_reason: PublicReason | None = None

    def columns(self) -> dict[str, Any]:
        texts = _texts(self, "legal_basis", "short_period_reason")
        return texts | {"notice_on": self.notice_on}


class RulesForm(PartForm):
    part = Part.RULES

    opens_on: Day | None = None
    closes_on: Day | None = None
    result_on: Day | None = None
    # Save it although the dialogue is open for few days.
    short_is_meant: bool = False
    who_may_answer: Passage | None = None
    eligibility: Eligibility
    votes_published: bool | None = None
    guests_allowed: bool = False
    statements_invited: bool = False
    opinions_invited: bool = False
    moderation: Moderation

    @property
    def days(self) -> dict[str, date | None]:
        return {
            "opens_on": self.opens_on,
            "closes_on": self.closes_on,
            "result_on": self.result_on,
        }

    @field_validator("closes_on")
    @classmethod
    def _closes_after_opening(cls, day: date | None, info: ValidationInfo) -> date | None:
        opens_on = info.data.get("opens_on")
        if day and "opens_on" in info.data and opens_on is None:
            raise ValueError(gettext_lazy("開始日も入力してください。"))
        if day and opens_on and day < opens_on:
            raise ValueError(gettext_lazy("終了日は、開始日以後の日にしてください。"))
        return day

    @field_validator("result_on")
    @classmethod
    def _result_after_closing(cls, day: date | None, info: ValidationInfo) -> date | None:
        closes_on = info.data.get("closes_on")
        if day and "closes_on" in info.data and closes_on is None:
            raise ValueError(gettext_lazy("終了日も入力してください。"))
        if day and closes_on and day <= closes_on:
            raise ValueError(gettext_lazy("結果を公表する日は、終了日より後にしてください。"))
        return day

    def columns(self) -> dict[str, Any]:
        return _texts(self, "who_may_answer") | {
            "eligibility": self.eligibility,
            "votes_published": self.votes_published,
            "guests_allowed": self.guests_allowed,
            "moderation": self.moderation,
        }


class ContactForm(PartForm):
    part = Part.CONTACT

    data_controller: LocalisedText | None = None
    contact: Annotated[PlainText, Field(max_length=CONTACT_LIMIT)] = ""
    slug: Slug

    def columns(self) -> dict[str, Any]:
        return _texts(self, "data_controller") | {"contact": self.contact, "slug": self.slug}


FORMS: Mapping[Part, type[PartForm]] = {
    form.part: form for form in (TopicForm, NoticeForm, RulesForm, ContactForm)
}
