"""How a domain declares the acts that statistics count.

A fact is one act of one person: its kind and day, a pseudonymous person key, and the
dimensions *frozen as they were* (decision 6). A domain keeps an append-only log of its acts and
declares how a row of it reads as a fact; statistics copy from there. Nothing here or below
knows statistics.

Each log table has a column `tx xid8 NOT NULL DEFAULT pg_current_xact_id()`. A reader takes the
rows with `after <= tx < horizon`, where the horizon is the oldest transaction still running:
nothing below it can appear any more, so no act is missed, however late its transaction commits.

A log is appended to and never changed, but for one thing: erasure may take the person off a row.
It then gives the row a new `tx`, and the reader cuts the person off the fact.
"""

from dataclasses import dataclass

COLUMNS = (
    "act_id",  # uuid: the log row; with the source's name it identifies the fact
    "kind",  # text: what was done, `<noun>.<participle>`
    "happened_at",  # timestamptz
    "person_id",  # uuid or NULL: hashed by the reader; nobody once erased
    "home_municipality",  # text, '' when unknown
    "age_band",  # text, '' when unknown
    "identity_level",  # smallint
    "channel",  # text
    "organisation_id",  # uuid or NULL
    "place_code",  # text: the municipality that the subject belongs to, '' for none
    "theme_code",  # text: slugs of national themes with a space between, '' for none
    "subject_kind",  # text: consultation, programme, place
    "subject_id",  # text
    "amount",  # integer: persons or votes that the act stands for
    "tx",  # xid8, or what `tx_type` says
)


@dataclass(frozen=True)
class FactSource:
    """`name` is stable; `select` is a SELECT of COLUMNS in that order, without a WHERE.

    The reader wraps it: `SELECT … FROM (<select>) AS acts WHERE tx >= $1 AND tx < $2`, so the log
    needs an index on tx. That may be a BRIN index, which costs a write next to nothing, if the
    column is the same number as bigint: xid8 has no operator class for it.
    """

    name: str
    select: str
    tx_type: str = "xid8"
