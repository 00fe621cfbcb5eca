"""The table of sessions."""

from enum import StrEnum

from piccolo.columns import JSONB, UUID, ForeignKey, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from enishi.programmes.listings.tables import Programme


class SessionState(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"


class Selection(StrEnum):
    """How the places of a session go now. After its draw a session is FIRST_COME."""

    FIRST_COME = "first_come"
    DRAW = "draw"


class ProgrammeSession(Table, tablename="programmes_session"):
    """One session of a programme, with counters of its places.

    `taken` counts persons with a place, `waiting` the applications in the queue, `in_draw` those in
    a draw that is not held yet, `tickets` all applications ever made: the ticket is the position in
    the queue. Only statements of the room `allocation` change the four; the check constraints guard
    every other path.
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
    selection = Varchar(length=20, choices=Selection, default=Selection.FIRST_COME)
    # The deadline of the draw, also after it; NULL: none. Seats of it that are for families first.
    draw_closes_at = Timestamptz(null=True, default=None)
    family_seats = SmallInt(default=0)
    in_draw = Integer(default=0)
    taken = Integer(default=0)
    waiting = Integer(default=0)
    waiting_limit = Integer(default=0)
    tickets = Integer(default=0)
    # An offer from the waiting list expires after so many hours …
    offer_hours = SmallInt(default=48)
    # … and at the latest this many hours before the start. The column `first_come_from`, which
    # PostgreSQL computes, is the instant from which an offer would be too short to be answered
    # before that: from then on free places are first come for all.
    cutoff_hours = SmallInt(default=24)
    # When those who wait were told of free places in the last hours; NULL means *not yet*.
    free_places_told_at = Timestamptz(null=True, default=None)
    cancelled_reason = Text(default="")
    created_at = Timestamptz()

    programmes_session_never_oversold = Check("taken BETWEEN 0 AND capacity")
    # Not `waiting <= waiting_limit`: a short offer without an answer returns to a full queue.
    programmes_session_waiting = Check("waiting BETWEEN 0 AND tickets")
    programmes_session_draw = Check(
        "selection <> 'draw' OR (draw_closes_at IS NOT NULL AND taken = 0 AND waiting = 0)"
    )
    programmes_session_in_draw = Check("in_draw = 0 OR (in_draw > 0 AND selection = 'draw')")
    programmes_session_draw_times = Check(
        "draw_closes_at > opens_at AND draw_closes_at <= closes_at"
    )
    programmes_session_family_seats = Check("family_seats BETWEEN 0 AND capacity")
    programmes_session_hours = Check("offer_hours >= 1 AND cutoff_hours BETWEEN 0 AND 720")
    programmes_session_times = Check("starts_at < ends_at AND opens_at < closes_at")
