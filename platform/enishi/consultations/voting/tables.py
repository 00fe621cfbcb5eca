"""Statements that people vote on.

Votes live in three tables that a migration makes by hand, because Piccolo knows no composite
primary key: `consultations_vote` (the current vote of a participant on a statement),
`consultations_vote_event` (append-only, one row for each change) and `consultations_tally` (the
sums, a row for each statement and writer).
"""

from piccolo.columns import JSONB, UUID, Array, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from enishi.consultations.core.kinds import HiddenReason, Origin, State
from enishi.consultations.core.tables import Consultation
from enishi.consultations.participation.tables import Participant


class Statement(Table, tablename="consultations_statement"):
    """A short statement that people vote on. Its author may be unknown or cut off."""

    id = UUID(primary_key=True)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.restrict)
    # How people name it: 1, 2, 3 … within its consultation.
    number = Integer()
    text = Text()
    language = Varchar(length=5, default="ja")
    # Language -> text, by the organiser; beside what was written, never instead of it.
    translations = JSONB(null=True, default=None)
    # Two-character pieces of the normalised text: search and look-alikes.
    grams = Array(base_column=Text(), index=True, index_method=IndexMethod.gin, default=list)
    author_id = ForeignKey(Participant, null=True, default=None, on_delete=OnDelete.set_null)
    origin = Varchar(length=10, choices=Origin)
    source_ref = Varchar(length=64, null=True, default=None)
    state = Varchar(length=10, choices=State, default=State.ACCEPTED)
    hidden_reason = Varchar(length=20, null=True, default=None, choices=HiddenReason)
    moderated_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz()

    consultations_statement_number_once = Unique([consultation_id, number])
    consultations_statement_source_once = Unique([consultation_id, source_ref])
    consultations_statement_hidden_has_reason = Check(
        "state <> 'hidden' OR hidden_reason IS NOT NULL"
    )
