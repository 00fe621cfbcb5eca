"""Forms and values of the organisations domain."""

import uuid
from datetime import date, datetime
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from enishi.accounts.schemas import Role
from enishi.kit.dates import Day
from enishi.kit.i18n import gettext_lazy
from enishi.kit.localised import LocalisedText
from enishi.kit.mail_addresses import MailAddress
from enishi.kit.schema import Schema
from enishi.kit.seen import fingerprint
from enishi.kit.slugs import Slug
from enishi.kit.text_validation import VISIBLE
from enishi.organisations.tables import OrganisationKind

__all__ = ["OrganisationKind"]


class OrganisationRef(Schema):
    """A reference to an organisation, for other domains."""

    id: uuid.UUID
    slug: str
    kind: OrganisationKind
    lg_code: str | None
    name: LocalisedText
    is_verified: bool


class OrganisationView(OrganisationRef):
    summary: LocalisedText | None
    contact: str
    website: str
    one_person_answers: bool

    @property
    def fingerprint(self) -> str:
        """For the optimistic lock of the organisation's form."""
        return fingerprint(self.model_dump(mode="json", include=set(OrganisationForm.model_fields)))


class MemberRow(Schema):
    account_id: uuid.UUID
    display_name: str
    address: str
    role: Role
    joined_at: datetime


class InvitationRow(Schema):
    id: uuid.UUID
    address: str
    role: Role
    created_at: datetime
    expires_at: datetime


class InvitationView(InvitationRow):
    organisation: OrganisationRef


class InvitationForm(Schema):
    address: MailAddress
    role: Role


class TrailFilterForm(Schema):
    """Which entries of the audit trail: `who` is an account or an ActorKind, `what` an action."""

    who: Annotated[str, Field(max_length=40)] = ""
    what: Annotated[str, Field(max_length=100)] = ""
    since: Day | None = None
    until: Day | None = None

    @field_validator("until")
    @classmethod
    def _in_order(cls, until: date | None, info: ValidationInfo) -> date | None:
        since = info.data.get("since")
        if until and since and until < since:
            raise ValueError(gettext_lazy("終了日は、開始日以後の日にしてください。"))
        return until


class RoleForm(Schema):
    role: Role


class OrganisationName(LocalisedText):
    ja: Annotated[str, Field(min_length=1, max_length=80), VISIBLE]
    en: Annotated[str, Field(max_length=160), VISIBLE] = ""
    easy_ja: Annotated[str, Field(max_length=160), VISIBLE] = ""


class OrganisationSummary(LocalisedText):
    ja: Annotated[str, Field(min_length=1, max_length=1000)]
    en: Annotated[str, Field(max_length=3000)] = ""


class OrganisationForm(Schema):
    """What an owner may change; an operator sets kind, code and slug."""

    name: OrganisationName
    summary: OrganisationSummary | None = None
    contact: Annotated[str, Field(max_length=500)] = ""
    website: Annotated[str, Field(max_length=300, pattern=r"^(https?://\S+)?$")] = ""
    # Whether one person may write and approve an official answer; the public page says so then.
    one_person_answers: bool = False


class NewOrganisation(Schema):
    slug: Slug
    kind: OrganisationKind
    lg_code: Annotated[str, Field(pattern=r"^\d{6}$")] | None = None
    name: OrganisationName
