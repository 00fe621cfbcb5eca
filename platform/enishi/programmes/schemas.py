"""What the programmes domain takes in and gives out."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from enishi.accounts.dimensions import Dimensions, dimensions_of
from enishi.accounts.schemas import Actor
from enishi.kit.i18n import gettext_lazy
from enishi.kit.ids import SLUG_PATTERN
from enishi.kit.localised import DraftText
from enishi.kit.schema import Schema
from enishi.places import codes
from enishi.programmes.documents import Access, Conditions, Contact, Money, ShortText, Yen
from enishi.programmes.tables import (
    ApplicationState,
    MemberKind,
    ProgrammeKind,
    ProgrammeState,
    SessionState,
)

LARGEST_PARTY = 10


class ProgrammeView(Schema):
    id: uuid.UUID
    organisation_id: uuid.UUID
    slug: str
    state: ProgrammeState
    is_sample: bool
    municipality_code: str
    prefecture_code: str
    kind: ProgrammeKind
    title: DraftText
    summary: DraftText
    body: DraftText
    theme_code: str
    host_name: str
    age_min: int | None
    age_max: int | None
    minors: str
    fee_adult: int | None
    fee_child: int | None
    pay_per_hour: int
    wheelchair: bool
    conditions: Conditions
    money: Money
    access: Access
    contact: Contact
    changed_at: datetime
    published_at: datetime | None


class SessionView(Schema):
    id: uuid.UUID
    programme_id: uuid.UUID
    organisation_id: uuid.UUID
    state: SessionState
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    meeting_place: DraftText
    capacity: int
    taken: int
    waiting: int
    waiting_limit: int
    offer_hours: int
    cutoff_hours: int
    cancelled_reason: str

    @property
    def free(self) -> int:
        """Places that somebody who applies now can have: none while others wait."""
        return 0 if self.waiting else self.capacity - self.taken


class OfficeActor(Schema):
    """Who acts for an organisation. Made by the pages once its policy has allowed the act."""

    account_id: uuid.UUID
    organisation_id: uuid.UUID


class ProgrammeForm(Schema):
    """A listing as its office writes it. What publishing needs is asked for at publishing."""

    slug: Annotated[str, Field(pattern=SLUG_PATTERN)]
    municipality_code: Annotated[str, Field(pattern=r"^\d{6}$")]
    kind: ProgrammeKind
    title: DraftText
    summary: DraftText = DraftText()
    body: DraftText = DraftText()
    theme_code: Annotated[str, Field(max_length=80)] = ""
    host_name: ShortText = ""
    age_min: Annotated[int, Field(ge=0, le=120)] | None = None
    age_max: Annotated[int, Field(ge=0, le=120)] | None = None
    minors: Literal["", "accompanied", "with_consent", "not_admitted"] = ""
    fee_adult: Yen | None = None
    fee_child: Yen | None = None
    pay_per_hour: Yen = 0
    wheelchair: bool = False
    conditions: Conditions = Conditions()
    money: Money = Money()
    access: Access = Access()
    contact: Contact = Contact()

    @model_validator(mode="after")
    def _ages_in_order(self) -> Self:
        if self.age_min is not None and self.age_max is not None and self.age_min > self.age_max:
            raise ValueError(gettext_lazy("年齢の上限は、下限以上にしてください。"))
        return self

    def columns(self) -> dict[Any, Any]:
        """Column name -> value; the prefecture follows from the municipality."""
        return self.model_dump(mode="json") | {
            "prefecture_code": codes.prefecture_code(self.municipality_code)
        }


class SessionForm(Schema):
    """One date. Deadlines are half-open instants, made from days by the page."""

    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    meeting_place: DraftText = DraftText()
    capacity: Annotated[int, Field(ge=1, le=10_000)]
    waiting_limit: Annotated[int, Field(ge=0, le=10_000)] = 0

    @model_validator(mode="after")
    def _times_in_order(self) -> Self:
        if self.starts_at >= self.ends_at:
            raise ValueError(gettext_lazy("終了は、開始より後にしてください。"))
        if self.opens_at >= self.closes_at:
            raise ValueError(gettext_lazy("申込の締切は、受付開始より後にしてください。"))
        if self.closes_at > self.ends_at:
            raise ValueError(gettext_lazy("申込の締切は、終了より前にしてください。"))
        return self


class MemberForm(Schema):
    kind: MemberKind
    name: Annotated[str, Field(min_length=1, max_length=80)]
    age: Annotated[int, Field(ge=0, le=120)] | None = None
    needs: Annotated[str, Field(max_length=500)] = ""


class ApplicationForm(Schema):
    party: Annotated[list[MemberForm], Field(min_length=1, max_length=LARGEST_PARTY)]
    note: Annotated[str, Field(max_length=1000)] = ""
    guardian_consent: bool = False


class Applicant(Dimensions):
    """Whom an application is for, with what is frozen of them."""

    account_id: uuid.UUID

    @classmethod
    def of(cls, actor: Actor) -> Self:
        return cls(account_id=actor.id, **dimensions_of(actor).model_dump())


class MemberView(Schema):
    kind: MemberKind
    name: str
    age: int | None
    needs: str = ""  # empty also where it has not been opened


class ApplicantRow(Schema):
    """An application as the office sees it."""

    id: uuid.UUID
    receipt: str
    state: ApplicationState
    ticket: int
    party_size: int
    note: str
    applied_at: datetime
    offer_until: datetime | None
    party: tuple[MemberView, ...]


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
        """Whether its applicant can still leave it."""
        return self.state in (
            ApplicationState.HELD,
            ApplicationState.WAITING,
            ApplicationState.OFFERED,
            ApplicationState.CONFIRMED,
        )


class OwnApplication(Schema):
    """An application with what it is for, as its applicant sees them."""

    application: ApplicationView
    programme: ProgrammeView
    session: SessionView


class OwnApplicationRow(ApplicationView):
    """As ApplicationView, with what a list says of its session."""

    title: DraftText
    is_sample: bool
    kind: ProgrammeKind
    municipality_code: str
    starts_at: datetime
    ends_at: datetime


class News(Schema):
    """What happened to an application, with what its applicant is told of it."""

    event_id: uuid.UUID
    account_id: uuid.UUID
    state: ApplicationState
    reason: str
    receipt: str
    offer_until: datetime | None
    programme: DraftText
    starts_at: datetime


class Attended(Schema):
    """A person who was at a session."""

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
