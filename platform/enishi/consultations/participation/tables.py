from typing import Any

from piccolo.columns import UUID, ForeignKey, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from enishi.consultations.core.kinds import ActKind, Channel
from enishi.consultations.core.tables import Consultation


class Participant(Table, tablename="consultations_participant"):
    """A person in one consultation, under a random id.

    The dimensions are copied on joining and never updated, so that earlier counts stay true.
    """

    id = UUID(primary_key=True)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.restrict)
    channel = Varchar(length=10, choices=Channel)
    # The participant's id in an imported file, or the office's own number of a paper.
    source_ref = Varchar(length=64, null=True, default=None)
    prefecture_code = Varchar(length=2, null=True, default=None)
    municipality_code = Varchar(length=6, null=True, default=None)
    age_band = Varchar(length=10, null=True, default=None)
    identity_level = SmallInt(default=0)
    theme_code = Text(default="")
    place_code = Varchar(length=6, default="")
    # What the person was to the dialogue's place on joining: one of kit.facts.Tie.
    tie = Varchar(length=10, default="unknown")
    joined_at = Timestamptz()
    # Set when a guest was merged into an account's participant: no further acts. The transaction of
    # the merge is in `moved_tx`, a column that a migration adds.
    merged_into: Any = ForeignKey("self", null=True, default=None, on_delete=OnDelete.set_null)

    consultations_participant_source_once = Unique([consultation_id, source_ref])


class ParticipantLink(Table, tablename="consultations_participant_link"):
    """The account of a participant: the only link from a person to votes; erasure deletes it."""

    participant_id = ForeignKey(Participant, primary_key=True, on_delete=OnDelete.cascade)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.cascade)
    # References accounts_account: a migration adds the constraint.
    account_id = UUID(index=True)
    linked_at = Timestamptz()

    consultations_participant_link_once = Unique([account_id, consultation_id])


class Act(Table, tablename="consultations_act"):
    """An entry of the activity log with the participant's dimensions: append-only.

    One exception: erasing an account sets `participant_id` of its texts to NULL and moves the row
    to the end of the log (a new `tx`, a column that a migration adds), so that statistics read it
    again.
    """

    id = UUID(primary_key=True)
    kind = Varchar(length=30, choices=ActKind)
    consultation_id = UUID()
    participant_id = UUID(null=True, default=None)
    channel = Varchar(length=10)
    home_municipality = Varchar(length=6, default="")
    age_band = Varchar(length=10, default="")
    identity_level = SmallInt(default=0)
    organisation_id = UUID()
    theme_code = Text(default="")
    place_code = Varchar(length=6, default="")
    tie = Varchar(length=10, default="unknown")
    amount = Integer(default=1)
    happened_at = Timestamptz()
