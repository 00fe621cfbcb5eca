"""Programmes, their sessions, and the applications of parties to them."""

from enum import StrEnum

from piccolo.columns import (
    JSONB,
    UUID,
    Boolean,
    Bytea,
    ForeignKey,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table


class ProgrammeKind(StrEnum):
    EXPERIENCE = "experience"
    HELPING = "helping"
    HELPING_THANKED = "helping_thanked"
    WORKING_HOLIDAY = "working_holiday"
    COOPERATOR = "cooperator"
    DUAL_LIVING_TRIAL = "dual_living_trial"
    SCHOOL_TRIP = "school_trip"
    ONLINE = "online"


class ProgrammeState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


class SessionState(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"


class ApplicationState(StrEnum):
    """Every state of decisions.md; first come, first served uses those from WAITING on."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    HELD = "held"
    IN_DRAW = "in_draw"
    IN_REVIEW = "in_review"
    WAITING = "waiting"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    ATTENDED = "attended"
    ABSENT = "absent"
    CANCELLED = "cancelled"
    CANCELLED_BY_HOST = "cancelled_by_host"
    EXPIRED = "expired"
    DECLINED = "declined"


class MemberKind(StrEnum):
    ADULT = "adult"
    CHILD = "child"


class Programme(Table, tablename="programmes_programme"):
    """A listing. What people filter by is a column; the rest are small typed documents."""

    id = UUID(primary_key=True)
    organisation_id = UUID(index=True)
    slug = Varchar(length=80, unique=True)
    state = Varchar(length=20, choices=ProgrammeState, default=ProgrammeState.DRAFT)
    is_sample = Boolean(default=False)
    # basic
    municipality_code = Varchar(length=6)
    prefecture_code = Varchar(length=6)
    kind = Varchar(length=20, choices=ProgrammeKind)
    title = JSONB()
    summary = JSONB()
    body = JSONB()
    theme_code = Varchar(length=80, default="")
    host_name = Text(default="")
    # conditions
    age_min = SmallInt(null=True, default=None)
    age_max = SmallInt(null=True, default=None)
    minors = Varchar(length=20, default="")
    # money, in yen
    fee_adult = Integer(null=True, default=None)
    fee_child = Integer(null=True, default=None)
    pay_per_hour = Integer(default=0)
    # access
    wheelchair = Boolean(default=False)
    conditions = JSONB()
    money = JSONB()
    access = JSONB()
    contact = JSONB()
    created_at = Timestamptz()
    changed_at = Timestamptz()
    published_at = Timestamptz(null=True, default=None)

    programmes_programme_ages = Check("age_min IS NULL OR age_max IS NULL OR age_min <= age_max")
    programmes_programme_money = Check("fee_adult >= 0 AND fee_child >= 0 AND pay_per_hour >= 0")
    programmes_programme_published = Check("state = 'draft' OR published_at IS NOT NULL")


class ProgrammeSession(Table, tablename="programmes_session"):
    """One date of a programme, and its places.

    `taken` counts persons with a place, `waiting` applications in the queue, `tickets` all that
    ever asked: the next ticket is a place in the queue that nobody can overtake. The three
    change only in the statements of `service/places.py`; the checks hold on every other path.
    """

    id = UUID(primary_key=True)
    programme_id = ForeignKey(Programme, on_delete=OnDelete.restrict)
    organisation_id = UUID()
    state = Varchar(length=20, choices=SessionState, default=SessionState.PLANNED)
    starts_at = Timestamptz(index=True)
    ends_at = Timestamptz()
    opens_at = Timestamptz()
    closes_at = Timestamptz()
    meeting_place = JSONB()
    capacity = Integer()
    taken = Integer(default=0)
    waiting = Integer(default=0)
    waiting_limit = Integer(default=0)
    tickets = Integer(default=0)
    # Offers from the waiting list end so many hours after they are made …
    offer_hours = SmallInt(default=48)
    # … and none is made later than this before the start.
    cutoff_hours = SmallInt(default=24)
    cancelled_reason = Text(default="")
    created_at = Timestamptz()

    programmes_session_never_oversold = Check("taken BETWEEN 0 AND capacity")
    programmes_session_queue = Check("waiting BETWEEN 0 AND waiting_limit OR waiting_limit = 0")
    programmes_session_times = Check("starts_at < ends_at AND opens_at < closes_at")


class Application(Table, tablename="programmes_application"):
    """The application of a party to a session. At most one live one a person and session.

    The home and age of the applicant are frozen as they were: they feed statistics after the
    person is gone (decision 6).
    """

    id = UUID(primary_key=True)
    session_id = ForeignKey(ProgrammeSession, on_delete=OnDelete.restrict)
    organisation_id = UUID()
    applicant_id = UUID(null=True, default=None, index=True)
    receipt = Varchar(length=19, unique=True)
    state = Varchar(length=20, choices=ApplicationState)
    ticket = Integer()
    party_size = SmallInt()
    note = Text(default="")
    offer_until = Timestamptz(null=True, default=None)
    channel = Varchar(length=20, default="account")
    home_municipality = Varchar(length=6, default="")
    age_band = Varchar(length=10, default="")
    identity_level = SmallInt(default=0)
    # Where the programme was and what it was about on applying, for the same reason.
    place_code = Varchar(length=6, default="")
    theme_code = Varchar(length=80, default="")
    # When the applicant said that the guardians of the children in the party agree.
    guardian_consent_at = Timestamptz(null=True, default=None)
    applied_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)

    programmes_application_party = Check("party_size BETWEEN 1 AND 20")
    programmes_application_offer = Check("(state = 'offered') = (offer_until IS NOT NULL)")


class PartyMember(Table, tablename="programmes_party_member"):
    """One person of a party: children and companions need no account."""

    id = UUID(primary_key=True)
    application_id = ForeignKey(Application, on_delete=OnDelete.cascade)
    position = SmallInt()
    kind = Varchar(length=10, choices=MemberKind)
    name = Varchar(length=80)
    age = SmallInt(null=True, default=None)


class PartyNeed(Table, tablename="programmes_party_need"):
    """Allergies, illness, care: what a person of a party wrote of their health, sealed.

    Apart from everything else and by a key that is not in the database (needs.py). Gone 30 days
    after the session, or as soon as nobody comes.
    """

    id = UUID(primary_key=True)
    member_id = ForeignKey(PartyMember, on_delete=OnDelete.cascade, unique=True)
    sealed = Bytea()


class ApplicationEvent(Table, tablename="programmes_application_event"):
    """What happened to an application: appended to, never changed. The applicant reads it."""

    id = UUID(primary_key=True)
    application_id = ForeignKey(Application, on_delete=OnDelete.cascade)
    state = Varchar(length=20, choices=ApplicationState)
    reason = Text(default="")
    actor_kind = Varchar(length=20)
    happened_at = Timestamptz(index=True)
