"""Runs of the landscape.

Four more tables are created by an SQL migration, because Piccolo has no composite primary keys:
`consultations_landscape_part` (the packed votes and places of the newest run, a row for some
hundred participants), `consultations_landscape_ballot` (the final votes in a drawn order, without
participants), `consultations_landscape_waiting` (who voted since the newest run) and
`consultations_landscape_watch` (one row: how far the log of votes was read for that).
"""

from piccolo.columns import (
    JSONB,
    UUID,
    BigInt,
    Bytea,
    DoublePrecision,
    ForeignKey,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from enishi.consultations.core.tables import Consultation
from enishi.consultations.landscape_runs.kinds import RunKind


class LandscapeRun(Table, tablename="consultations_landscape_run"):
    """One published run, numbered within its consultation. Never changed, but for `result`.

    `read_tx` is the first transaction of the log of votes that the next run has to read, in the
    database cluster `cluster`. `result` (format `result_version`, see stored_result.py) is removed
    from all but the newest runs; `stability` stays: silhouettes, sizes and firmness, for the
    office's queries, which protect them.
    """

    id = UUID(primary_key=True)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.cascade)
    number = Integer()
    kind = Varchar(length=10, choices=RunKind)
    votes_until = Timestamptz()
    published_at = Timestamptz()
    input_hash = Varchar(length=64)
    engine = Varchar(length=20)
    version = Varchar(length=40)
    parameters = JSONB()
    seconds = DoublePrecision()
    people = Integer()
    votes = Integer()
    statements = Integer()
    # The smoother of the number of groups: shown, best of this run, runs in which it was the best.
    group_count = SmallInt()
    best_count = SmallInt()
    best_runs = SmallInt()
    stability = JSONB()
    read_tx = BigInt()
    cluster = Text()
    result_version = SmallInt()
    result = Bytea(null=True, default=None)

    consultations_landscape_run_once = Unique([consultation_id, number])
