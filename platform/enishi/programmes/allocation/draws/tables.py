"""The tables of draws: draw, numbers of its officials, entries."""

from enum import StrEnum

from piccolo.columns import UUID, Boolean, ForeignKey, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from enishi.programmes.applications.tables import Application
from enishi.programmes.sessions.tables import ProgrammeSession


class DrawState(StrEnum):
    """OPEN: applications enter. CLOSED: the list is fixed, numbers are revealed."""

    OPEN = "open"
    CLOSED = "closed"
    DRAWN = "drawn"
    CANCELLED = "cancelled"


class Draw(Table, tablename="programmes_draw"):
    """The draw of a session. `rule` is the text that `rule_hash` is of, byte for byte.

    Hashes are 64 hexadecimal digits; empty means *not yet*.
    """

    id = UUID(primary_key=True)
    session_id = ForeignKey(ProgrammeSession, on_delete=OnDelete.cascade, unique=True)
    organisation_id = UUID()
    state = Varchar(length=20, choices=DrawState, default=DrawState.OPEN)
    rule = Text()
    rule_hash = Varchar(length=64)
    closes_at = Timestamptz(index=True)
    reveal_until = Timestamptz()
    entries_hash = Varchar(length=64, default="")
    closed_at = Timestamptz(null=True, default=None)
    seed = Varchar(length=64, default="")
    drawn_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz()

    programmes_draw_times = Check("closes_at < reveal_until")
    programmes_draw_closed = Check("(entries_hash = '') = (closed_at IS NULL)")
    programmes_draw_drawn = Check(
        "(state = 'drawn') = (drawn_at IS NOT NULL) AND (seed = '') = (drawn_at IS NULL)"
    )


class DrawNumber(Table, tablename="programmes_draw_number"):
    """What one of the two officials committed to, and their number once it is revealed.

    `post` is how the public page names the official.
    """

    id = UUID(primary_key=True)
    draw_id = ForeignKey(Draw, on_delete=OnDelete.cascade)
    place = SmallInt()
    official_id = UUID(null=True, default=None, index=True)
    post = Varchar(length=80)
    commitment = Varchar(length=64)
    committed_at = Timestamptz()
    number = Varchar(length=128, null=True, default=None)
    revealed_at = Timestamptz(null=True, default=None)

    programmes_draw_number_place = Check("place IN (1, 2)")
    programmes_draw_number_revealed = Check("(number IS NULL) = (revealed_at IS NULL)")
    programmes_draw_number_once = Unique([draw_id, place])
    programmes_draw_number_of_one = Unique([draw_id, official_id])


class DrawEntry(Table, tablename="programmes_draw_entry"):
    """The entry of an application. `salt` is shown to its applicant only.

    `rank` (from 1) and `placed` are the result of the draw; NULL before. An application that is
    cancelled before the deadline leaves no entry; one that is cancelled later stays in the list.
    """

    id = UUID(primary_key=True)
    draw_id = ForeignKey(Draw, on_delete=OnDelete.cascade)
    application_id = ForeignKey(Application, on_delete=OnDelete.cascade, unique=True)
    salt = Varchar(length=32)
    entry_id = Varchar(length=64)
    party_size = SmallInt()
    weight = SmallInt()
    stratum = Varchar(length=20)
    rank = Integer(null=True, default=None)
    placed = Boolean(null=True, default=None)

    programmes_draw_entry_result = Check("(rank IS NULL) = (placed IS NULL)")
    programmes_draw_entry_once = Unique([draw_id, entry_id])
