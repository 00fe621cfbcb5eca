"""Forms and values of the accounts domain."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from enishi.accounts.tables import ConsentAct, IdentityLevel
from enishi.kit import clock
from enishi.kit.i18n import Language, gettext_lazy
from enishi.kit.localised import LocalisedText
from enishi.kit.mail_addresses import MailAddress
from enishi.kit.schema import Schema
from enishi.kit.seen import fingerprint
from enishi.kit.text_validation import UNOFFICIAL, VISIBLE
from enishi.places.picker import MunicipalityChoice

__all__ = ["ConsentAct", "IdentityLevel"]


class Role(StrEnum):
    OWNER = "owner"
    EDITOR = "editor"
    MODERATOR = "moderator"
    ANALYST = "analyst"


class MembershipRef(Schema):
    """The role of an account in one organisation."""

    organisation_id: uuid.UUID
    organisation_slug: str
    organisation_name: LocalisedText
    role: Role


class Actor(Schema):
    """The signed-in account: the only form in which identity crosses domain borders.

    `id` is the account's id: never shown, never stored beside a statement or a vote.
    """

    id: uuid.UUID
    display_name: str
    language: Language = Language.JA
    session_id: uuid.UUID | None = None
    signed_in_at: datetime | None = None
    identity_level: IdentityLevel = IdentityLevel.MAIL
    home_municipality: str | None = None
    birth_year: int | None = None
    minor_until: date | None = None
    guardian_confirmed: bool = False
    memberships: tuple[MembershipRef, ...] = ()

    def role_in(self, organisation_id: uuid.UUID) -> Role | None:
        for membership in self.memberships:
            if membership.organisation_id == organisation_id:
                return membership.role
        return None


class SessionRow(Schema):
    id: uuid.UUID
    browser: str
    signed_in_at: datetime
    last_seen_on: date


class AccountView(Schema):
    """An account as its owner sees it."""

    id: uuid.UUID
    address: str
    display_name: str
    language: Language
    home_municipality: str | None
    birth_year: int | None
    minor_until: date | None
    guardian_confirmed_at: datetime | None
    identity_level: IdentityLevel
    created_at: datetime

    @property
    def fingerprint(self) -> str:
        """For the optimistic lock of the profile's form."""
        return fingerprint(self.model_dump(mode="json", include=set(ProfileForm.model_fields)))


class ContactView(Schema):
    """An account as other members of its organisations see it."""

    display_name: str
    address: str


class ConsentRow(Schema):
    purpose: str
    version: str
    act: ConsentAct
    recorded_at: datetime


DisplayName = Annotated[str, Field(min_length=1, max_length=40), VISIBLE, UNOFFICIAL]


class NoFieldsForm(Schema):
    """A form that is one button."""


class AddressForm(Schema):
    address: MailAddress


class CodeForm(Schema):
    code: Annotated[str, Field(min_length=1, max_length=40)]


class AddressChangeCodesForm(Schema):
    old_code: Annotated[str, Field(min_length=1, max_length=40)]
    new_code: Annotated[str, Field(min_length=1, max_length=40)]


def _past_year(year: int) -> int:
    if not 1880 <= year <= clock.today().year:
        raise ValueError(gettext_lazy("西暦の年を4桁で入力してください。"))
    return year


BirthYear = Annotated[int, AfterValidator(_past_year)]


class SignUpForm(Schema):
    """The last step of signing up. Under 16, the month of birth and a guardian are required."""

    display_name: DisplayName
    age: Annotated[str, Field(pattern="^(16_or_over|under_16)$")]
    birth_year: BirthYear | None = None
    birth_month: Annotated[int, Field(ge=1, le=12)] | None = None
    guardian_address: MailAddress | None = None
    terms: Annotated[str, Field(pattern="^yes$")]

    @property
    def minor_until(self) -> date | None:
        """The first day of the month after the sixteenth birthday; no birthday is asked for."""
        if self.birth_year is None or self.birth_month is None:
            return None
        months = (self.birth_year + 16) * 12 + self.birth_month
        return date(months // 12, months % 12 + 1, 1)


class ProfileForm(Schema):
    display_name: DisplayName
    language: Language
    home_municipality: MunicipalityChoice | None = None
    birth_year: BirthYear | None = None


class GuardianForm(Schema):
    guardian_address: MailAddress


class ClosingForm(Schema):
    understood: Annotated[str, Field(pattern="^yes$")]
