"""Statements.

Three more tables are created by an SQL migration, because Piccolo has no composite primary keys:
`consultations_vote` (the current vote of a participant on a statement), `consultations_vote_event`
(append-only, a row for each change) and `consultations_tally` (sums, a row for each statement and
slot of a writer).
"""

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    Boolean,
    ForeignKey,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from enishi.consultations.core.kinds import HiddenReason, Origin, State
from enishi.consultations.core.tables import Consultation
from enishi.consultations.participation.tables import Participant


class Statement(Table, tablename="consultations_statement"):
    """A short text to vote on. `author_id` is NULL for seeds and after the author's erasure."""

    id = UUID(primary_key=True)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.restrict)
    # Shown to people: 1, 2, 3 … within the consultation.
    number = Integer()
    text = Text()
    language = Varchar(length=5, default="ja")
    # Language -> translation by the organiser; `text` stays the original.
    translations = JSONB(null=True, default=None)
    # The folded texts, translations included, one a line; their bigrams; and the version of the
    # folding (similarity.py).
    folded = Text(default="")
    folding = SmallInt(default=0)
    grams = Array(base_column=Text(), index=True, index_method=IndexMethod.gin, default=list)
    author_id = ForeignKey(Participant, null=True, default=None, on_delete=OnDelete.set_null)
    origin = Varchar(length=10, choices=Origin)
    source_ref = Varchar(length=64, null=True, default=None)
    # About the consultation itself, such as its rules: outside the landscape.
    is_meta = Boolean(default=False)
    state = Varchar(length=10, choices=State, default=State.ACCEPTED)
    hidden_reason = Varchar(length=20, null=True, default=None, choices=HiddenReason)
    moderated_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz()

    consultations_statement_number_once = Unique([consultation_id, number])
    consultations_statement_source_once = Unique([consultation_id, source_ref])
    consultations_statement_hidden_has_reason = Check(
        "state <> 'hidden' OR hidden_reason IS NOT NULL"
    )
