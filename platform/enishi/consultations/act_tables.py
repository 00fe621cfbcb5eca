"""What the domain counts: the log of acts besides votes, and how often pages were shown."""

from enum import StrEnum

from piccolo.columns import UUID, Date, ForeignKey, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from enishi.consultations.tables import Consultation


class ActKind(StrEnum):
    """Acts that statistics count, besides votes, which have a log of their own."""

    STARTED = "participation.started"
    MERGED = "participation.merged"
    STATED = "statement.written"
    OPINED = "opinion.sent"


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
    happened_at = Timestamptz()


class ViewCount(Table, tablename="consultations_view_count"):
    """How many times the page of a dialogue was shown on a day in Japan: no persons."""

    id = UUID(primary_key=True)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.cascade)
    day = Date()
    times = Integer(default=0)

    consultations_view_count_once = Unique([consultation_id, day])
