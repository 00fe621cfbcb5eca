"""Arguments (論点) of a consultation, and the versions of their texts.

A third table is created by an SQL migration, because Piccolo has no composite primary keys:
`consultations_argument_member` says which opinions and statements belong to an argument. A text may
belong to several arguments.
"""

from piccolo.columns import JSONB, UUID, Boolean, ForeignKey, Integer, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from enishi.consultations.core.tables import Consultation


class Argument(Table, tablename="consultations_argument"):
    """An argument without its texts, which are versions: `text_number` is the current one."""

    id = UUID(primary_key=True)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.restrict)
    # Shown to people and part of its address: 1, 2, 3 … within the consultation.
    number = Integer()
    # The order of the list; pinned ones stand first, however few texts they hold.
    position = Integer()
    is_pinned = Boolean(default=False)
    text_number = Integer(default=1)
    version = Integer(default=1)
    # These two reference other arguments: a migration adds the constraints.
    split_from = UUID(null=True, default=None)
    merged_into = UUID(null=True, default=None)
    # From when an answer to it is public; NULL while none is published or scheduled.
    answered_from = Timestamptz(null=True, default=None)
    created_at = Timestamptz()
    updated_at = Timestamptz()

    consultations_argument_number_once = Unique([consultation_id, number])
    consultations_argument_merged_elsewhere = Check("merged_into <> id")
    consultations_argument_answered_stays = Check("merged_into IS NULL OR answered_from IS NULL")


class ArgumentText(Table, tablename="consultations_argument_text"):
    """Title and summary of an argument as they were written once. Append only."""

    id = UUID(primary_key=True)
    argument_id = ForeignKey(Argument, on_delete=OnDelete.restrict)
    number = Integer()
    title = JSONB()
    summary = JSONB(null=True, default=None)
    written_at = Timestamptz()

    consultations_argument_text_once = Unique([argument_id, number])
