"""Registrations of people with places they care for, and what they did there."""

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
    """Why somebody is tied to a place: the ministry's reasons of connection."""

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
    """What the place may use the registration for: each agreed to by itself."""

    NEWS = "news"
    INVITATIONS = "invitations"
    SURVEYS = "surveys"


class RegistrationAct(StrEnum):
    OPENED = "opened"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


class Evidence(StrEnum):
    """By what an activity record is known; one whose host took it back stays and says so."""

    HOST_CONFIRMATION = "host_confirmation"
    TAKEN_BACK = "taken_back"


class Registration(Table, tablename="relations_registration"):
    """A person's declared tie to a municipality: one row a pair, kept after withdrawal."""

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
    """Given and withdrawn consents, one row an act: appended to, never changed."""

    id = UUID(primary_key=True)
    registration_id = ForeignKey(Registration, on_delete=OnDelete.cascade)
    purpose = Varchar(length=20, choices=Purpose)
    version = Varchar(length=20)
    given = SmallInt()
    recorded_at = Timestamptz()


class RegistrationEvent(Table, tablename="relations_registration_event"):
    """What was done with a registration, with the person's home and age as they were then."""

    id = UUID(primary_key=True)
    registration_id = ForeignKey(Registration, on_delete=OnDelete.cascade)
    act = Varchar(length=20, choices=RegistrationAct)
    home_municipality = Varchar(length=6, default="")
    age_band = Varchar(length=10, default="")
    identity_level = SmallInt(default=0)
    happened_at = Timestamptz()


class ActivityRecord(Table, tablename="relations_activity"):
    """Something a person did at a place, confirmed by whoever received them."""

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
