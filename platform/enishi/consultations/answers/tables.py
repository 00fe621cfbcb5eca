"""Official answers to arguments, their approvals, and the publications that make them public.

Nothing of a draft or of an approval is ever changed: an edit is another draft, which is not
approved. One more table is created by an SQL migration, because Piccolo has no composite keys:
`consultations_answer_published` says which drafts a publication makes public. Foreign keys hold
that it names approved drafts only, by the hash of what was approved.
"""

from piccolo.columns import (
    JSONB,
    UUID,
    Boolean,
    Bytea,
    ForeignKey,
    Integer,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from enishi.consultations.arguments.tables import Argument
from enishi.consultations.core.kinds import Outcome
from enishi.consultations.core.tables import Consultation


class AnswerDraft(Table, tablename="consultations_answer_draft"):
    """What an office means to answer to an argument (起案). Append only.

    `text_number` is the version of the argument's title and summary that it answers to;
    `content_hash` is the SHA-256 of all that the public would read (`content.py`).
    """

    id = UUID(primary_key=True)
    argument_id = ForeignKey(Argument, on_delete=OnDelete.restrict)
    number = Integer()
    text_number = Integer()
    outcome = Varchar(length=20, choices=Outcome)
    reason = JSONB()
    division = JSONB()
    # The changed passage of a plan or ordinance; both are empty without one.
    passage_before = Text(default="")
    passage_after = Text(default="")
    content_hash = Bytea()
    # References accounts_account: a migration adds the constraint.
    drafted_by = UUID()
    drafted_at = Timestamptz()

    consultations_answer_draft_number_once = Unique([argument_id, number])


class AnswerApproval(Table, tablename="consultations_answer_approval"):
    """The approval (決裁) of a draft, of the content with this hash. Append only.

    By somebody else than who wrote the draft, or by the same person under the organisation's
    setting; then `by_one_person` is true and the public reads so.
    """

    id = UUID(primary_key=True)
    draft_id = ForeignKey(AnswerDraft, on_delete=OnDelete.restrict, unique=True)
    content_hash = Bytea()
    # These two reference accounts_account: a migration adds the constraints.
    drafted_by = UUID()
    approved_by = UUID()
    approved_at = Timestamptz()
    by_one_person = Boolean(default=False)

    consultations_answer_approval_two_people = Check("by_one_person = (approved_by = drafted_by)")


class AnswerPublication(Table, tablename="consultations_answer_publication"):
    """Approved answers become public at an instant (公表), which may be cancelled before it.

    `unplaced` and `unanswered` are the gaps at that time: opinions under no argument, arguments
    without an answer.
    """

    id = UUID(primary_key=True)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.restrict)
    number = Integer()
    publish_at = Timestamptz()
    unplaced = Integer()
    unanswered = Integer()
    gap_reason = JSONB(null=True, default=None)
    # These two reference accounts_account: a migration adds the constraints.
    published_by = UUID()
    recorded_at = Timestamptz()
    cancelled_by = UUID(null=True, default=None)
    cancelled_at = Timestamptz(null=True, default=None)

    consultations_answer_publication_number_once = Unique([consultation_id, number])
    consultations_answer_publication_says_why = Check(
        "(unplaced = 0 AND unanswered = 0) OR gap_reason IS NOT NULL"
    )
    consultations_answer_publication_cancelled_before = Check(
        "cancelled_at IS NULL OR cancelled_at < publish_at"
    )
