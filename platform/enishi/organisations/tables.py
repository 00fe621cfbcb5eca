from enum import StrEnum

from piccolo.columns import JSONB, UUID, Boolean, ForeignKey, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from enishi.accounts.schemas import Role


class OrganisationKind(StrEnum):
    MINISTRY = "ministry"
    PREFECTURE = "prefecture"
    MUNICIPALITY = "municipality"
    HOST = "host"


class Organisation(Table, tablename="organisations_organisation"):
    """A tenant. `name`, `summary` are LocalisedText documents."""

    id = UUID(primary_key=True)
    slug = Varchar(length=80, unique=True)
    kind = Varchar(length=20, choices=OrganisationKind)
    lg_code = Varchar(length=6, null=True, default=None, index=True)
    name = JSONB()
    summary = JSONB(null=True, default=None)
    contact = Text(default="")
    website = Text(default="")
    # Whether who writes an official answer may approve it, too: in an office of one person.
    one_person_answers = Boolean(default=False)
    verified_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz()

    organisations_organisation_lg_code = Check(
        "(kind IN ('prefecture', 'municipality')) = (lg_code IS NOT NULL)"
    )


class Membership(Table, tablename="organisations_membership"):
    """The role of an account in an organisation. A trigger keeps the last owner."""

    id = UUID(primary_key=True)
    organisation_id = ForeignKey(Organisation, on_delete=OnDelete.cascade)
    # References accounts_account: a migration adds the constraint.
    account_id = UUID()
    role = Varchar(length=20, choices=Role)
    joined_at = Timestamptz()

    organisations_membership_once = Unique([organisation_id, account_id])


class Invitation(Table, tablename="organisations_invitation"):
    """An offer of a role to a mail address, which the account with that address accepts once."""

    id = UUID(primary_key=True)
    organisation_id = ForeignKey(Organisation, on_delete=OnDelete.cascade)
    address = Varchar(length=254)
    role = Varchar(length=20, choices=Role)
    # These two reference accounts_account: a migration adds the constraints.
    invited_by = UUID(null=True, default=None)
    created_at = Timestamptz()
    expires_at = Timestamptz()
    accepted_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)
    accepted_by = UUID(null=True, default=None)

    organisations_invitation_one_end = Check("accepted_at IS NULL OR revoked_at IS NULL")
