from enum import IntEnum, StrEnum

from piccolo.columns import (
    UUID,
    Bytea,
    Date,
    ForeignKey,
    SmallInt,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table


class IdentityLevel(IntEnum):
    """How the identity of an account's owner was verified."""

    NONE = 0
    MAIL = 1
    DOCUMENT = 2
    CARD = 3


class ConsentAct(StrEnum):
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class ChallengePurpose(StrEnum):
    SIGN_IN = "sign_in"
    OLD_ADDRESS = "old_address"
    NEW_ADDRESS = "new_address"


class Account(Table, tablename="accounts_account"):
    """An account. After closing and erasing, only the id and the instants remain.

    `minor_until` is the first day on which its owner is 16; no birthday is kept for it.
    """

    id = UUID(primary_key=True)
    address = Varchar(length=254, null=True, default=None, unique=True)
    display_name = Varchar(length=40)
    language = Varchar(length=2)
    home_municipality = Varchar(length=6, null=True, default=None)
    birth_year = SmallInt(null=True, default=None)
    minor_until = Date(null=True, default=None)
    guardian_confirmed_at = Timestamptz(null=True, default=None)
    identity_level = SmallInt(default=IdentityLevel.MAIL)
    created_at = Timestamptz()
    closed_at = Timestamptz(null=True, default=None)
    erased_at = Timestamptz(null=True, default=None)

    accounts_account_closed_has_no_address = Check("(closed_at IS NULL) = (address IS NOT NULL)")
    accounts_account_identity_level = Check("identity_level BETWEEN 0 AND 3")
    accounts_account_birth_year = Check("birth_year BETWEEN 1880 AND 2200")


class Session(Table, tablename="accounts_session"):
    """A signed-in browser: its family and the day of its last request, not its network address."""

    id = UUID(primary_key=True)
    account_id = ForeignKey(Account, on_delete=OnDelete.cascade)
    browser = Varchar(length=40)
    signed_in_at = Timestamptz()
    last_seen_on = Date()
    ended_at = Timestamptz(null=True, default=None)


class AccountChange(Table, tablename="accounts_change"):
    """A cache invalidation for all processes: this account has changed."""

    id = UUID(primary_key=True)
    account_id = UUID()
    changed_at = Timestamptz(index=True)


class Challenge(Table, tablename="accounts_challenge"):
    """A one-time code for a mailbox, bound to the browser that requested it."""

    id = UUID(primary_key=True)
    purpose = Varchar(length=20, choices=ChallengePurpose)
    address = Varchar(length=254)
    account_id = ForeignKey(Account, on_delete=OnDelete.cascade, null=True, default=None)
    code_mac = Bytea()
    tries_left = SmallInt()
    created_at = Timestamptz()
    expires_at = Timestamptz(index=True)
    proved_at = Timestamptz(null=True, default=None)
    spent_at = Timestamptz(null=True, default=None)

    accounts_challenge_tries_left = Check("tries_left >= 0")


class GuardianRequest(Table, tablename="accounts_guardian_request"):
    """A request to a guardian to confirm the account of a person under 16."""

    id = UUID(primary_key=True)
    account_id = ForeignKey(Account, on_delete=OnDelete.cascade)
    address = Varchar(length=254)
    requested_at = Timestamptz()
    expires_at = Timestamptz(index=True)
    confirmed_at = Timestamptz(null=True, default=None)


class ConsentEntry(Table, tablename="accounts_consent"):
    """The log of terms and consents: append-only, which a trigger enforces."""

    id = UUID(primary_key=True)
    account_id = ForeignKey(Account, on_delete=OnDelete.restrict)
    purpose = Varchar(length=60)
    version = Varchar(length=20)
    act = Varchar(length=10, choices=ConsentAct)
    recorded_at = Timestamptz()
