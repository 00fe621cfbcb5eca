"""Registrations of people with municipalities, consents, and records of activities there."""

from enum import StrEnum

from piccolo.columns import UUID, Array, Date, ForeignKey, SmallInt, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table


class Tier(StrEnum):
    """The national scheme's tiers. Premium comes with its rules, which are not final yet."""

    BASIC = "basic"
    PREMIUM = "premium"


class Reason(StrEnum):
    """Why a person registers with a place: the ministry's list of reasons."""

    BIRTHPLACE = "birthplace"
    LIVED_THERE = "lived_there"
    WORKED_THERE = "worked_there"
    FAMILY = "family"
    STUDIED_THERE = "studied_there"
    DONATION = "donation"
    TRAVEL = "travel"
    WORK = "work"
    VOLUNTEERING = "volunteering"
    TWO_HOMES = "two_homes"
    BUYING = "buying"
    OTHER = "other"


class Interest(StrEnum):
    EVENTS = "events"
    FARMING = "farming"
    FOOD = "food"
    CULTURE = "culture"
    NATURE = "nature"
    HELPING = "helping"
    WORK = "work"
    MOVING = "moving"


class Purpose(StrEnum):
    """What the place may use the registration for: each is a consent of its own."""

    NEWS = "news"
    INVITATIONS = "invitations"
    SURVEYS = "surveys"


class RegistrationAct(StrEnum):
    OPENED = "opened"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


class Evidence(StrEnum):
    """What an activity record rests on. A record that its host took back stays, marked so."""

    HOST_CONFIRMATION = "host_confirmation"
    TAKEN_BACK = "taken_back"


class Registration(Table, tablename="relations_registration"):
    """A person's registration with a municipality: one row for a pair, kept after withdrawal."""

    id = UUID(primary_key=True)
    account_id = UUID(null=True, default=None, index=True)
    municipality_code = Varchar(length=6, index=True)
    prefecture_code = Varchar(length=6)
    tier = Varchar(length=10, choices=Tier, default=Tier.BASIC)
    reasons = Array(base_column=Varchar(length=20))
    interests = Array(base_column=Varchar(length=20))
    registered_at = Timestamptz()
    withdrawn_at = Timestamptz(null=True, default=None)

    relations_registration_one_per_pair = Unique([account_id, municipality_code])


class ConsentEntry(Table, tablename="relations_consent"):
    """The consent log: one row for each consent given or taken back. Append only."""

    id = UUID(primary_key=True)
    registration_id = ForeignKey(Registration, on_delete=OnDelete.cascade)
    purpose = Varchar(length=20, choices=Purpose)
    version = Varchar(length=20)
    given = SmallInt()
    recorded_at = Timestamptz()


class RegistrationEvent(Table, tablename="relations_registration_event"):
    """One act on a registration, with the person's home and age band at that time."""

    id = UUID(primary_key=True)
    registration_id = ForeignKey(Registration, on_delete=OnDelete.cascade)
    act = Varchar(length=20, choices=RegistrationAct)
    home_municipality = Varchar(length=6, default="")
    age_band = Varchar(length=10, default="")
    identity_level = SmallInt(default=0)
    happened_at = Timestamptz()


class ActivityRecord(Table, tablename="relations_activity"):
    """An activity of a person at a place, confirmed by its host."""

    id = UUID(primary_key=True)
    account_id = UUID(null=True, default=None, index=True)
    municipality_code = Varchar(length=6)
    application_id = UUID(unique=True)
    programme_kind = Varchar(length=20)
    day = Date()
    evidence = Varchar(length=20)
    home_municipality = Varchar(length=6, default="")
    age_band = Varchar(length=10, default="")
    identity_level = SmallInt(default=0)
    recorded_at = Timestamptz()
