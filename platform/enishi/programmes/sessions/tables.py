"""The table of sessions: the dates of a programme."""

from enum import StrEnum

from piccolo.columns import JSONB, UUID, ForeignKey, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from enishi.programmes.listings.tables import Programme


class SessionState(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"


class ProgrammeSession(Table, tablename="programmes_session"):
    """One date of a programme, and its places.

    `taken` counts persons with a place, `waiting` applications in the queue, `tickets` all that
    ever asked: the next ticket is a place in the queue that nobody can overtake. The three
    change only in the statements of the room `allocation`; the checks hold on every other path.
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
