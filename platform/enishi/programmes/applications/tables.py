"""The tables of applications: application, party, care needs, contact, messages, events."""

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
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from enishi.programmes.sessions.tables import ProgrammeSession


class ApplicationState(StrEnum):
    """States of an application. DRAFT to HELD and IN_REVIEW are for screening, not written yet."""

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
    """`COMPANION`: an adult who comes with a child and does not take part: no limit of age."""

    ADULT = "adult"
    CHILD = "child"
    COMPANION = "companion"


class Application(Table, tablename="programmes_application"):
    """The application of a party to a session. At most one is live for a person and a session.

    Home and age band of the applicant are frozen when they apply, so that statistics can count
    them after the account is erased.
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
    # Place and theme of the programme, frozen for the same reason.
    place_code = Varchar(length=6, default="")
    theme_code = Varchar(length=80, default="")
    # What the applicant was to that place, one of kit.facts.Tie.
    tie = Varchar(length=10, default="unknown")
    # When the applicant confirmed the consent of the guardians of the children in the party.
    guardian_consent_at = Timestamptz(null=True, default=None)
    applied_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)

    programmes_application_party = Check("party_size BETWEEN 1 AND 20")
    programmes_application_offer = Check("(state = 'offered') = (offer_until IS NOT NULL)")


class PartyMember(Table, tablename="programmes_party_member"):
    """One person of a party. Children and companions need no account."""

    id = UUID(primary_key=True)
    application_id = ForeignKey(Application, on_delete=OnDelete.cascade)
    position = SmallInt()
    kind = Varchar(length=10, choices=MemberKind)
    name = Varchar(length=80)
    # How the name is read, in kana; empty where it was not given.
    reading = Varchar(length=80, default="")
    age = SmallInt(null=True, default=None)


class PartyNeed(Table, tablename="programmes_party_need"):
    """What a party member wrote about their health: allergies, illness, care.

    Encrypted with a key that is not in the database (care_needs.py). Erased 30 days after the
    session, or as soon as the application has ended.
    """

    id = UUID(primary_key=True)
    member_id = ForeignKey(PartyMember, on_delete=OnDelete.cascade, unique=True)
    sealed = Bytea()


class ApplicationContact(Table, tablename="programmes_application_contact"):
    """How the office may reach a party: what the applicant gave, and nothing else.

    No row means that nothing was given. Erased 30 days after the session, or as soon as the
    applicant has left.
    """

    id = UUID(primary_key=True)
    application_id = ForeignKey(Application, on_delete=OnDelete.cascade, unique=True)
    telephone = Varchar(length=40, default="")
    # Whether the office may see the mail address of the account, which is read when it looks.
    shows_mail = Boolean(default=False)
    given_at = Timestamptz()


class Audience(StrEnum):
    """Whom a message of the office goes to. `ONE`: a single party."""

    ALL = "all"
    SEATED = "seated"
    WAITING = "waiting"
    ONE = "one"


class HostMessage(Table, tablename="programmes_host_message"):
    """What the office wrote to the parties of a session. `told` counts its recipients."""

    id = UUID(primary_key=True)
    session_id = ForeignKey(ProgrammeSession, on_delete=OnDelete.restrict)
    organisation_id = UUID()
    audience = Varchar(length=10, choices=Audience)
    body = JSONB()
    told = Integer()
    sent_at = Timestamptz()


class HostMessageRecipient(Table, tablename="programmes_host_message_recipient"):
    """A party that a message goes to, fixed when the office sends it."""

    id = UUID(primary_key=True)
    message_id = ForeignKey(HostMessage, on_delete=OnDelete.cascade, index=False)
    application_id = ForeignKey(Application, on_delete=OnDelete.cascade)


class Postponement(Table, tablename="programmes_postponement"):
    """A session that the office moved to a later time. The latest one counts."""

    id = UUID(primary_key=True)
    session_id = ForeignKey(ProgrammeSession, on_delete=OnDelete.restrict)
    was_starts_at = Timestamptz()
    was_ends_at = Timestamptz()
    starts_at = Timestamptz()
    ends_at = Timestamptz()
    reason = Text()
    decided_at = Timestamptz()


class PostponementAnswer(Table, tablename="programmes_postponement_answer"):
    """A party that was asked whether it comes at the new time.

    `stays_at` NULL means *no answer*: it keeps its place. One that gives it back cancels.
    """

    id = UUID(primary_key=True)
    postponement_id = ForeignKey(Postponement, on_delete=OnDelete.cascade, index=False)
    application_id = ForeignKey(Application, on_delete=OnDelete.cascade)
    stays_at = Timestamptz(null=True, default=None)


class Reminder(Table, tablename="programmes_reminder"):
    """A reminder of a session `days` before it, begun once for each time it was to start."""

    id = UUID(primary_key=True)
    session_id = ForeignKey(ProgrammeSession, on_delete=OnDelete.cascade, index=False)
    days = SmallInt()
    starts_at = Timestamptz(index=True)
    sent_at = Timestamptz()

    programmes_reminder_once = Unique([session_id, days, starts_at])


class ReminderRound(Table, tablename="programmes_reminder_round"):
    """When reminders were looked for last: the one row, from which the next time is expected."""

    id = SmallInt(primary_key=True)
    ran_at = Timestamptz()


class ApplicationEvent(Table, tablename="programmes_application_event"):
    """The event log of an application: append-only, shown to the applicant."""

    id = UUID(primary_key=True)
    application_id = ForeignKey(Application, on_delete=OnDelete.cascade)
    state = Varchar(length=20, choices=ApplicationState)
    reason = Text(default="")
    actor_kind = Varchar(length=20)
    happened_at = Timestamptz(index=True)


class PersonAct(Table, tablename="programmes_person_act"):
    """What an application meant for one person of its party: the log that statistics count.

    One row for each person and act, with the dimensions as they were when the party applied, so
    that a recount agrees after the party is erased. Append-only, except that erasure cuts
    `person_id`. No foreign keys: the rows outlive what they tell of.
    """

    id = UUID(primary_key=True)
    # The event of the application, or one marking of attendance, that wrote the row.
    event_id = UUID()
    application_id = UUID()
    session_id = UUID()
    # Position in the party, from 0.
    member_no = SmallInt()
    kind = Varchar(length=40)
    # The row of the applicant. All others are of people without an account.
    is_applicant = Boolean(default=False)
    person_id = UUID(null=True, default=None)
    home_municipality = Varchar(length=6, default="")
    age_band = Varchar(length=10, default="")
    identity_level = SmallInt(default=0)
    channel = Varchar(length=20)
    organisation_id = UUID()
    programme_id = UUID()
    programme_kind = Varchar(length=20)
    place_code = Varchar(length=6, default="")
    theme_code = Varchar(length=80, default="")
    tie = Varchar(length=10, default="unknown")
    # `party`, or `party.assumed`: the party was erased before the log began, so that all persons
    # have the dimensions of the applicant.
    source = Varchar(length=20, default="party")
    happened_at = Timestamptz()
