"""What applicants send, and what they, their host and the worker read of an application."""

import uuid
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from enishi.accounts.dimensions import Dimensions, dimensions_of
from enishi.accounts.schemas import Actor
from enishi.kit.localised import DraftText
from enishi.kit.schema import Schema
from enishi.programmes.applications.tables import ApplicationState as ApplicationState  # noqa: PLC0414 (for other domains, which may not import tables)
from enishi.programmes.applications.tables import MemberKind as MemberKind  # noqa: PLC0414 (for other domains, which may not import tables)
from enishi.programmes.listings.schemas import ProgrammeView
from enishi.programmes.listings.tables import ProgrammeKind
from enishi.programmes.sessions.schemas import SessionView

LARGEST_PARTY = 10


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


class StateCount(Schema):
    applications: int
    persons: int
