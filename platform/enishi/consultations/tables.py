"""Dialogues, who takes part in them, and what they say.

Votes live in three tables that a migration makes by hand, because Piccolo knows no composite
primary key: `consultations_vote` (the current vote of a participant on a statement),
`consultations_vote_event` (append-only, one row a change) and `consultations_tally` (the sums, a
row for each statement and writer). Only `votes.py`, `import_polis.py` and the queries touch them.
"""

from enum import StrEnum
from typing import Any

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    Boolean,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check, Unique
from piccolo.table import Table


class Kind(StrEnum):
    """Kinds of consultation. The others of the field (public comment, survey …) join here."""

    DIALOGUE = "dialogue"


class PhaseKind(StrEnum):
    PREPARATION = "preparation"
    OPEN = "open"
    CLOSED = "closed"
    RESULT = "result"


class Eligibility(StrEnum):
    """Who is asked to answer. It is said, not policed: identity levels are counted beside it."""

    ANYONE = "anyone"
    RESIDENTS = "residents"
    RELATED = "related"
    ADDRESSED = "addressed"


class Moderation(StrEnum):
    AFTER = "after"
    BEFORE = "before"


class Channel(StrEnum):
    """The way somebody came by. Paper and telephone are entered by the office."""

    ACCOUNT = "account"
    GUEST = "guest"
    PAPER = "paper"
    PHONE = "phone"
    IMPORT = "import"


class Origin(StrEnum):
    CITIZEN = "citizen"
    SEED = "seed"
    IMPORT = "import"


class State(StrEnum):
    """What became of a statement or an opinion; only `accepted` is public."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"


class HiddenReason(StrEnum):
    PERSONAL_DATA = "personal_data"
    INSULT = "insult"
    DISCRIMINATION = "discrimination"
    ADVERTISEMENT = "advertisement"
    OFF_TOPIC = "off_topic"
    DUPLICATE = "duplicate"
    RIGHTS = "rights"
    OTHER = "other"
    AT_SOURCE = "at_source"  # moderated out before it was imported


class NameShown(StrEnum):
    NICKNAME = "nickname"
    ANONYMOUS = "anonymous"


class Consultation(Table, tablename="consultations_consultation"):
    """One consultation of one organisation. Texts are LocalisedText documents."""

    id = UUID(primary_key=True)
    # References organisations_organisation: a migration adds the constraint.
    organisation_id = UUID(index=True)
    slug = Varchar(length=80, unique=True)
    kind = Varchar(length=30, choices=Kind, default=Kind.DIALOGUE)
    title = JSONB()
    problem = JSONB(null=True, default=None)
    decision = JSONB(null=True, default=None)
    can_change = JSONB(null=True, default=None)
    cannot_change = JSONB(null=True, default=None)
    who_may_answer = JSONB(null=True, default=None)
    eligibility = Varchar(length=20, choices=Eligibility, default=Eligibility.ANYONE)
    data_controller = JSONB(null=True, default=None)
    contact = Text(default="")
    # None: the organiser has not decided yet; decided and said before the first vote.
    votes_published = Boolean(null=True, default=None)
    guests_allowed = Boolean(default=True)
    statements_invited = Boolean(default=True)
    opinions_invited = Boolean(default=True)
    moderation = Varchar(length=10, choices=Moderation, default=Moderation.AFTER)
    # Invented to show what a dialogue is, and said so on each of its pages.
    is_sample = Boolean(default=False)
    # What its acts are counted under: the national themes' slugs with a space between, and the
    # local government that asks. Set on saving; a participant freezes them on joining.
    theme_code = Text(default="")
    place_code = Varchar(length=6, default="")
    statement_count = Integer(default=0)
    version = Integer(default=1)
    published_at = Timestamptz(null=True, default=None, index=True)
    # Taken back by its office after it was public: why, as the public reads it.
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_reason = JSONB(null=True, default=None)
    created_at = Timestamptz()
    updated_at = Timestamptz()

    consultations_consultation_withdrawn_has_reason = Check(
        "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)"
    )


class Phase(Table, tablename="consultations_phase"):
    """One stretch of time of a consultation: [starts_at, ends_at), open-ended if it has no end."""

    id = UUID(primary_key=True)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.cascade)
    kind = Varchar(length=20, choices=PhaseKind)
    starts_at = Timestamptz()
    ends_at = Timestamptz(null=True, default=None)

    consultations_phase_once = Unique([consultation_id, kind])
    consultations_phase_has_length = Check("ends_at IS NULL OR starts_at < ends_at")


class Subject(Table, tablename="consultations_subject"):
    """A theme that a consultation is about."""

    id = UUID(primary_key=True)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.cascade)
    # References themes_theme: a migration adds the constraint.
    theme_id = UUID(index=True)

    consultations_subject_once = Unique([consultation_id, theme_id])


class Participant(Table, tablename="consultations_participant"):
    """Somebody who takes part in one consultation, under an id that says nothing about them.

    The dimensions are frozen as they were on joining, so that counts stay what they were.
    """

    id = UUID(primary_key=True)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.restrict)
    channel = Varchar(length=10, choices=Channel)
    # The identifier in the file an imported participant came from, or on the office's own paper.
    source_ref = Varchar(length=64, null=True, default=None)
    prefecture_code = Varchar(length=2, null=True, default=None)
    municipality_code = Varchar(length=6, null=True, default=None)
    age_band = Varchar(length=10, null=True, default=None)
    identity_level = SmallInt(default=0)
    theme_code = Text(default="")
    place_code = Varchar(length=6, default="")
    joined_at = Timestamptz()
    # A guest's part that its owner took into an account: it acts no more.
    merged_into: Any = ForeignKey("self", null=True, default=None, on_delete=OnDelete.set_null)

    consultations_participant_source_once = Unique([consultation_id, source_ref])


class ParticipantLink(Table, tablename="consultations_participant_link"):
    """Whose participant it is. The one row between a person and their votes: it can be cut."""

    participant_id = ForeignKey(Participant, primary_key=True, on_delete=OnDelete.cascade)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.cascade)
    # References accounts_account: a migration adds the constraint.
    account_id = UUID(index=True)
    linked_at = Timestamptz()

    consultations_participant_link_once = Unique([account_id, consultation_id])


class Statement(Table, tablename="consultations_statement"):
    """A short statement that people vote on. Its author may be unknown or cut off."""

    id = UUID(primary_key=True)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.restrict)
    # How people name it: 1, 2, 3 … within its consultation.
    number = Integer()
    text = Text()
    language = Varchar(length=5, default="ja")
    # Language -> text, by the organiser; beside what was written, never instead of it.
    translations = JSONB(null=True, default=None)
    # Two-character pieces of the normalised text: search and look-alikes.
    grams = Array(base_column=Text(), index=True, index_method=IndexMethod.gin, default=list)
    author_id = ForeignKey(Participant, null=True, default=None, on_delete=OnDelete.set_null)
    origin = Varchar(length=10, choices=Origin)
    source_ref = Varchar(length=64, null=True, default=None)
    state = Varchar(length=10, choices=State, default=State.ACCEPTED)
    hidden_reason = Varchar(length=20, null=True, default=None, choices=HiddenReason)
    moderated_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz()

    consultations_statement_number_once = Unique([consultation_id, number])
    consultations_statement_source_once = Unique([consultation_id, source_ref])
    consultations_statement_hidden_has_reason = Check(
        "state <> 'hidden' OR hidden_reason IS NOT NULL"
    )


class Opinion(Table, tablename="consultations_opinion"):
    """A full text that somebody handed in. Its receipt number is known to its author alone.

    The number has 78 random bits, so its plain SHA-256 cannot be turned back by guessing, and
    it is found again whatever becomes of the keys.
    """

    id = UUID(primary_key=True)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.restrict)
    participant_id = ForeignKey(Participant, null=True, default=None, on_delete=OnDelete.set_null)
    receipt_hash = Bytea(unique=True)
    state = Varchar(length=10, choices=State, default=State.ACCEPTED)
    hidden_reason = Varchar(length=20, null=True, default=None, choices=HiddenReason)
    name_shown = Varchar(length=10, choices=NameShown, default=NameShown.ANONYMOUS)
    nickname = Varchar(length=40, default="")
    language = Varchar(length=5, default="ja")
    # The day a paper or a call reached the office; what is typed in here arrives as it is sent.
    received_on = Date(null=True, default=None)
    version = Integer(default=1)
    created_at = Timestamptz()
    updated_at = Timestamptz()
    moderated_at = Timestamptz(null=True, default=None)

    consultations_opinion_hidden_has_reason = Check(
        "state <> 'hidden' OR hidden_reason IS NOT NULL"
    )


class OpinionVersion(Table, tablename="consultations_opinion_version"):
    """The text of an opinion as handed in or changed; withdrawing erases all of them."""

    id = UUID(primary_key=True)
    opinion_id = ForeignKey(Opinion, on_delete=OnDelete.cascade)
    number = Integer()
    text = Text()
    translations = JSONB(null=True, default=None)
    written_at = Timestamptz()

    consultations_opinion_version_once = Unique([opinion_id, number])
