"""What the relations domain takes in and gives out."""

import uuid
from datetime import date, datetime
from typing import Annotated, Self, TypeVar

from pydantic import AfterValidator, Field

from enishi.accounts.dimensions import Dimensions, dimensions_of
from enishi.accounts.schemas import Actor
from enishi.kit.i18n import gettext_lazy
from enishi.kit.schema import Schema
from enishi.kit.seen import fingerprint
from enishi.relations.tables import Evidence, Interest, Purpose, Reason, RegistrationAct, Tier

__all__ = ["Interest", "Purpose", "Reason", "RegistrationAct", "Tier"]


class Registrant(Dimensions):
    """The person who registers, with the dimensions that are stored with the act."""

    account_id: uuid.UUID

    @classmethod
    def of(cls, actor: Actor) -> Self:
        return cls(account_id=actor.id, **dimensions_of(actor).model_dump())


T = TypeVar("T")


def _once(chosen: list[T]) -> list[T]:
    return list(dict.fromkeys(chosen))


def _some(reasons: list[Reason]) -> list[Reason]:
    if not reasons:
        raise ValueError(gettext_lazy("あてはまる理由を、一つ以上選んでください。"))
    return reasons


class RegistrationDetailsForm(Schema):
    """The reasons, interests and consents of a registration; each purpose is a separate consent."""

    reasons: Annotated[list[Reason], AfterValidator(_once), AfterValidator(_some)]
    interests: Annotated[list[Interest], AfterValidator(_once)] = Field(default_factory=list)
    purposes: Annotated[list[Purpose], AfterValidator(_once)] = Field(default_factory=list)


class RegistrationForm(RegistrationDetailsForm):
    """A new registration: with which municipality."""

    municipality: Annotated[str, Field(pattern=r"^\d{6}$")]


class RegistrationView(Schema):
    id: uuid.UUID
    municipality_code: str
    prefecture_code: str
    tier: Tier
    reasons: tuple[Reason, ...]
    interests: tuple[Interest, ...]
    purposes: tuple[Purpose, ...]
    registered_at: datetime
    withdrawn_at: datetime | None

    @property
    def fingerprint(self) -> str:
        """For the optimistic lock of the registration's form."""
        return fingerprint(
            {
                "reasons": self.reasons,
                "interests": self.interests,
                "purposes": sorted(self.purposes),
            }
        )


class ConsentAct(Schema):
    """One entry of the consent log: given to this version of the words, or taken back."""

    purpose: Purpose
    version: str
    given: bool
    recorded_at: datetime


class ActivityView(Schema):
    municipality_code: str
    programme_kind: str
    day: date
    evidence: Evidence


class Attendance(Schema):
    """Confirmed by another domain: this person took part on that day."""

    application_id: uuid.UUID
    account_id: uuid.UUID
    municipality_code: str
    programme_kind: str
    day: date
    home_municipality: str
    age_band: str
    identity_level: int
