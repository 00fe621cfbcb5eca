from typing import Any

from piccolo.columns import UUID, ForeignKey, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from enishi.consultations.core.kinds import ActKind, Channel
from enishi.consultations.core.tables import Consultation


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


class Act(Table, tablename="consultations_act"):
    """What a participant did, with the dimensions as they were: appended to, never changed.

    But for the cut: leaving takes the participant off what was written, and moves the row to the
    end of the log (a new `tx`, which a migration adds), so that its readers learn of it.
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
    amount = Integer(default=1)
    happened_at = Timestamptz()
