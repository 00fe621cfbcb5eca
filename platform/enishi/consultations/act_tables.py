"""The log of the acts that statistics count, besides votes, which have one of their own."""

from enum import StrEnum

from piccolo.columns import UUID, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.table import Table


class ActKind(StrEnum):
    STARTED = "participation.started"
    MERGED = "participation.merged"
    STATED = "statement.written"
    OPINED = "opinion.sent"
    # Of nobody in particular: how many times (`amount`) a page was shown since the last count.
    SHOWN = "dialogue.shown"


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
