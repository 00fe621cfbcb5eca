"""Applications: the form, and what applicants, hosts and the worker read."""

import re
import unicodedata
import uuid
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from enishi.accounts.dimensions import Dimensions, dimensions_of
from enishi.accounts.schemas import Actor
from enishi.kit.facts import Tie
from enishi.kit.i18n import gettext_lazy
from enishi.kit.localised import DraftText
from enishi.kit.schema import Schema
from enishi.kit.telephones import check_telephone
from enishi.kit.text_validation import TYPED
from enishi.programmes.applications.tables import ApplicationState as ApplicationState  # noqa: PLC0414 (for other domains, which may not import tables)
from enishi.programmes.applications.tables import Audience as Audience  # noqa: PLC0414 (for handlers)
from enishi.programmes.applications.tables import MemberKind as MemberKind  # noqa: PLC0414 (for other domains, which may not import tables)
from enishi.programmes.listings.schemas import ProgrammeView
from enishi.programmes.listings.tables import ProgrammeKind
from enishi.programmes.sessions.schemas import SessionView

LARGEST_PARTY = 10


# Hiragana, katakana, the marks of long vowels and between names, and spaces.
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc\u30fb\u3000 ]*")


class MemberForm(Schema):
    kind: MemberKind
    name: Annotated[str, Field(min_length=1, max_length=80)]
    reading: Annotated[str, Field(max_length=80)] = ""
    age: Annotated[int, Field(ge=0, le=120)] | None = None
    needs: Annotated[str, Field(max_length=500)] = ""

    @field_validator("reading")
    @classmethod
    def _in_kana(cls, text: str, info: ValidationInfo) -> str:
        """Of what is typed; half-width kana become full-width ones."""
        if info.context != TYPED:
            return text
        reading = unicodedata.normalize("NFKC", text)
        if not _KANA.fullmatch(reading):
            raise ValueError(gettext_lazy("ふりがなは、ひらがなかカタカナで入力してください。"))
        return reading


class ContactForm(Schema):
    """How the office may reach a party. Nothing is shown to it that was not given."""

    telephone: Annotated[str, Field(max_length=40)] = ""
    shows_mail: bool = False

    @field_validator("telephone")
    @classmethod
    def _check_telephone(cls, text: str, info: ValidationInfo) -> str:
        """Of what is typed; what is stored is read as it is."""
        return check_telephone(text) if info.context == TYPED else text


class ApplicationForm(ContactForm):
    party: Annotated[list[MemberForm], Field(min_length=1, max_length=LARGEST_PARTY)]
    note: Annotated[str, Field(max_length=1000)] = ""
    guardian_consent: bool = False


class NumberedMember(MemberForm):
    """`no` is the number of a person of the party; None for one who is added."""

    no: Annotated[int, Field(ge=0, le=10_000)] | None = None


class PartyForm(ApplicationForm):
    """Who comes, and how the office may reach them."""

    party: Annotated[list[NumberedMember], Field(min_length=1, max_length=LARGEST_PARTY)]  # type: ignore[assignment]  # a list of a subclass

    @field_validator("party")
    @classmethod
    def _each_once(cls, party: list[NumberedMember]) -> list[NumberedMember]:
        numbers = [each.no for each in party if each.no is not None]
        if len(numbers) != len(set(numbers)):
            raise ValueError(gettext_lazy("同じ人が二度入っています。"))
        return party


class PartyRow(Schema):
    """A person of a party as stored: the number, and whether it is the applicant."""

    id: uuid.UUID
    no: int
    is_applicant: bool
    kind: MemberKind
    name: str
    reading: str
    age: int | None
    needs: str


class Applicant(Dimensions):
    """The applicant with the dimensions that are frozen into the application."""

    account_id: uuid.UUID
    tie: Tie = Tie.UNKNOWN  # towards the place of the programme: known when it is

    @classmethod
    def of(cls, actor: Actor) -> Self:
        return cls(account_id=actor.id, **dimensions_of(actor).model_dump())


class Mark(StrEnum):
    """Whether a person attended. NONE: not marked, or taken back."""

    ATTENDED = "attended"
    ABSENT = "absent"
    NONE = ""


def seen_of(marks: Iterable[Mark]) -> str:
    """The marks of a party as a form carries them, to notice those of a colleague."""
    return ",".join(mark.value or "-" for mark in marks)


class MemberView(Schema):
    kind: MemberKind
    name: str
    reading: str = ""
    age: int | None
    needs: str = ""  # also empty while it is not decrypted


class ApplicantRow(Schema):
    """An application as its office sees it."""

    id: uuid.UUID
    receipt: str
    state: ApplicationState
    ticket: int
    party_size: int
    note: str
    applied_at: datetime
    offer_until: datetime | None
    party: tuple[MemberView, ...]
    marks: tuple[Mark, ...]  # one for each person, also after the party was erased

    @property
    def seen(self) -> str:
        return seen_of(self.marks)


class AttendanceCount(Schema):
    """Persons of one session who have a place, by their mark."""

    attended: int
    absent: int
    not_marked: int

    @property
    def confirmed(self) -> int:
        return self.attended + self.absent + self.not_marked


class SessionCount(AttendanceCount):
    """A session that takes place; `waiting` counts parties."""

    id: uuid.UUID
    programme_id: uuid.UUID
    starts_at: datetime
    waiting: int


class ApplicationOutcome(Schema):
    id: uuid.UUID
    receipt: str
    state: ApplicationState
    ticket: int


class ApplicationView(Schema):
    id: uuid.UUID
    session_id: uuid.UUID
    receipt: str
    state: ApplicationState
    ticket: int
    party_size: int
    note: str
    offer_until: datetime | None
    applied_at: datetime
    guardian_consent_at: datetime | None

    @property
    def is_live(self) -> bool:
        """Whether the applicant can still cancel it."""
        return self.state in (
            ApplicationState.HELD,
            ApplicationState.IN_DRAW,
            ApplicationState.WAITING,
            ApplicationState.OFFERED,
            ApplicationState.CONFIRMED,
        )


class OwnApplication(Schema):
    """An application with its programme and session, for the applicant."""

    application: ApplicationView
    programme: ProgrammeView
    session: SessionView


class OwnApplicationRow(ApplicationView):
    """An application in the applicant's list, with its programme and session."""

    title: DraftText
    is_sample: bool
    kind: ProgrammeKind
    municipality_code: str
    starts_at: datetime
    ends_at: datetime


class WaitingParty(Schema):
    """A party on a waiting list, with the content of the mail on free places."""

    application_id: uuid.UUID
    account_id: uuid.UUID
    receipt: str
    ticket: int
    programme: DraftText
    starts_at: datetime
    free: int


class News(Schema):
    """An event of an application, with the content of its mail."""

    event_id: uuid.UUID
    account_id: uuid.UUID
    state: ApplicationState
    actor_kind: str
    reason: str
    receipt: str
    offer_until: datetime | None
    programme: DraftText
    starts_at: datetime
    # Of the time before, where the event tells of a postponement.
    was_starts_at: datetime | None


class Attended(Schema):
    """An attended application, for the activity record of `relations`."""

    application_id: uuid.UUID
    account_id: uuid.UUID
    municipality_code: str
    programme_kind: ProgrammeKind
    starts_at: datetime
    home_municipality: str
    age_band: str
    identity_level: int


class ApplicationEventView(Schema):
    state: ApplicationState
    reason: str
    actor_kind: str
    happened_at: datetime


class StateCount(Schema):
    applications: int
    persons: int
