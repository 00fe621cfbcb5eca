"""What becomes of texts that are reported or hidden: reports, and decisions with their appeals.

A row is about one text: either `statement_id` or `opinion_id` is set, as a CHECK requires.
"""

from piccolo.columns import UUID, Bytea, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from enishi.consultations.core.kinds import HiddenReason
from enishi.consultations.core.tables import Consultation
from enishi.consultations.moderation.kinds import Outcome
from enishi.consultations.opinions.tables import Opinion
from enishi.consultations.voting.tables import Statement


class Report(Table, tablename="consultations_report"):
    """One person's report of one public text; `settled_at` once a moderator decided on the text."""

    id = UUID(primary_key=True)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.cascade)
    statement_id = ForeignKey(Statement, null=True, default=None, on_delete=OnDelete.cascade)
    opinion_id = ForeignKey(Opinion, null=True, default=None, on_delete=OnDelete.cascade)
    reason = Varchar(length=20, choices=HiddenReason)
    words = Text(default="")
    # An account, or the random id in the cookie of a reporter without one; NULL after erasure.
    reporter_id = UUID(null=True, default=None)
    reported_at = Timestamptz()
    settled_at = Timestamptz(null=True, default=None)

    consultations_report_about_one_text = Check("(statement_id IS NULL) <> (opinion_id IS NULL)")


class Hiding(Table, tablename="consultations_hiding"):
    """A decision to hide a text, the appeal of its author, and what was decided on it.

    `ended_at`: the text was shown again. A text has at most one hiding that has not ended.
    """

    id = UUID(primary_key=True)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.cascade)
    statement_id = ForeignKey(Statement, null=True, default=None, on_delete=OnDelete.cascade)
    opinion_id = ForeignKey(Opinion, null=True, default=None, on_delete=OnDelete.cascade)
    reason = Varchar(length=20, choices=HiddenReason)
    # What the moderator tells the author.
    note = Text(default="")
    reported_at = Timestamptz(null=True, default=None)
    hidden_at = Timestamptz()
    # The account of the moderator; NULL after its erasure and for decisions made before this table.
    hidden_by = UUID(null=True, default=None)
    appealed_at = Timestamptz(null=True, default=None)
    outcome = Varchar(length=10, null=True, default=None, choices=Outcome)
    outcome_reason = Text(default="")
    decided_at = Timestamptz(null=True, default=None)
    decided_by = UUID(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)

    consultations_hiding_about_one_text = Check("(statement_id IS NULL) <> (opinion_id IS NULL)")
    consultations_hiding_decided_once_appealed = Check(
        "(decided_at IS NULL) = (outcome IS NULL)"
        " AND (decided_at IS NULL OR appealed_at IS NOT NULL)"
    )
    consultations_hiding_refused_with_reason = Check(
        "outcome IS DISTINCT FROM 'refused' OR outcome_reason <> ''"
    )
    consultations_hiding_decided_by_another = Check("decided_by <> hidden_by")


class Masking(Table, tablename="consultations_masking"):
    """The sealed original of a text in which a moderator masked a passage.

    For each text that held the passage: a statement, or a version of an opinion. The trigger of a
    withdrawal deletes the originals of an opinion.
    """

    id = UUID(primary_key=True)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.cascade)
    statement_id = ForeignKey(Statement, null=True, default=None, on_delete=OnDelete.cascade)
    opinion_id = ForeignKey(Opinion, null=True, default=None, on_delete=OnDelete.cascade)
    # The version of the opinion; NULL for statements, which have none.
    version = Integer(null=True, default=None)
    reason = Varchar(length=20, choices=HiddenReason)
    # JSON of the text and its translations, encrypted with the key ring; bound to `id`.
    sealed = Bytea()
    masked_at = Timestamptz()
    masked_by = UUID(null=True, default=None)

    consultations_masking_about_one_text = Check(
        "(statement_id IS NULL) <> (opinion_id IS NULL)"
        " AND (opinion_id IS NULL) = (version IS NULL)"
    )
