"""What the relations domain takes in and gives out."""

import uuid
from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field

from enishi.accounts.dimensions import Dimensions, dimensions_of
from enishi.accounts.schemas import Actor
from enishi.kit.schema import Schema
from enishi.relations.tables import Interest, Purpose, Reason, Tier


class Registrant(Dimensions):
    """Who registers, with what is frozen of them."""

    account_id: uuid.UUID

    @classmethod
    def of(cls, actor: Actor) -> Self:
        return cls(account_id=actor.id, **dimensions_of(actor).model_dump())


class RegistrationForm(Schema):
    municipality: Annotated[str, Field(pattern=r"^\d{6}$")]
    reasons: Annotated[list[Reason], Field(min_length=1, max_length=12)]
    interests: Annotated[list[Interest], Field(max_length=8)] = Field(default_factory=list)
    purposes: Annotated[list[Purpose], Field(max_length=3)] = Field(default_factory=list)


class RegistrationView(Schema):
    id: uuid.UUID
    municipality_code: str
    prefecture_code: str
    tier: Tier
    reasons: tuple[Reason, ...]
    interests: tuple[Interest, ...]
    purposes: tuple[Purpose, ...]
    registered_at: datetime


class ActivityView(Schema):
    municipality_code: str
    programme_kind: str
    day: date
    evidence: str


class Attendance(Schema):
    """What another domain confirms: this person was there on that day."""

    application_id: uuid.UUID
    account_id: uuid.UUID
    municipality_code: str
    programme_kind: str
    day: date
    home_municipality: str
    age_band: str
    identity_level: int
