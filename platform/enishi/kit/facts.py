"""How a domain declares the acts that statistics count.

A fact is one act of one person: its kind and day, a pseudonymous person key, and the dimensions as
they were at that time. A domain keeps an append-only log of its acts and declares a SELECT that
makes facts of its rows; `statistics` reads it. Nothing here or below imports `statistics`.

Each log table has a column `tx xid8 NOT NULL DEFAULT pg_current_xact_id()`. The reader takes the
rows with `after <= tx < horizon`, where the horizon is the oldest transaction still running. No row
below the horizon can appear later, so no act is missed, however late its transaction commits.

Rows of a log are never changed, with one exception: erasure removes the person from a row and gives
it a new `tx`, so that the reader removes the person key from the fact. A person who became another
is told by `moves`, with the transaction of that.
"""

from dataclasses import dataclass
from enum import StrEnum


class Tie(StrEnum):
    """What a person was to the municipality of a subject, at the time of an act."""

    RESIDENT = "resident"  # lives there
    TIED = "tied"  # had an open registration with it
    OUTSIDE = "outside"
    UNKNOWN = "unknown"  # the person's home or the place is not known


COLUMNS = (
    "act_id",  # uuid: the log row; with the source's name it identifies the fact
    "kind",  # text: what was done, `<noun>.<participle>`
    "happened_at",  # timestamptz
    "person_id",  # uuid or NULL (guest or erased): hashed by the reader
    "home_municipality",  # text, '' when unknown
    "age_band",  # text, '' when unknown
    "identity_level",  # smallint
    "channel",  # text
    "organisation_id",  # uuid or NULL
    "place_code",  # text: the municipality that the subject belongs to, '' for none
    "theme_code",  # text: slugs of national themes, separated by spaces, '' for none
    "subject_kind",  # text: consultation, programme, place
    "subject_id",  # text
    "amount",  # integer: persons or votes that the act stands for
    "tie",  # text: what the person was to the place then, one of Tie
    "programme_kind",  # text: of a programme, else ''
    "tx",  # `tx_type`
)


# No person of the log ever became another.
NO_MOVES = """
    SELECT NULL::uuid AS person_id, NULL::uuid AS moved_to, NULL::xid8 AS tx WHERE false
"""


@dataclass(frozen=True)
class FactSource:
    """`name` is stable; `select` is a SELECT of COLUMNS in that order, without a WHERE.

    `moves` is a SELECT of person_id, moved_to and tx (xid8): all facts of a person are another's
    since that transaction (a guest who signed in). The log keeps the person who acted; a person
    moves once, to somebody who does not move.

    The reader selects `FROM (<select>) AS acts WHERE tx >= $1 AND tx < $2`, so the log needs an
    index on tx. A BRIN index, which costs writes almost nothing, needs the number as bigint
    (`tx_type`): BRIN has no operator class for xid8.
    """

    name: str
    select: str
    tx_type: str = "xid8"
    moves: str = NO_MOVES
