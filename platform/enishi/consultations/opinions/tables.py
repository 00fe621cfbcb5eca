from piccolo.columns import (
    JSONB,
    UUID,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from enishi.consultations.core.kinds import HiddenReason, NameShown, State
from enishi.consultations.core.tables import Consultation
from enishi.consultations.participation.tables import Participant


class Opinion(Table, tablename="consultations_opinion"):
    """An opinion without its texts, which are versions. The receipt number is stored as a hash."""

    id = UUID(primary_key=True)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.restrict)
    participant_id = ForeignKey(Participant, null=True, default=None, on_delete=OnDelete.set_null)
    receipt_hash = Bytea(unique=True)
    state = Varchar(length=10, choices=State, default=State.ACCEPTED)
    hidden_reason = Varchar(length=20, null=True, default=None, choices=HiddenReason)
    name_shown = Varchar(length=10, choices=NameShown, default=NameShown.ANONYMOUS)
    nickname = Varchar(length=40, default="")
    language = Varchar(length=5, default="ja")
    # The day on which a paper or a call reached the office; NULL for opinions sent online.
    received_on = Date(null=True, default=None)
    version = Integer(default=1)
    created_at = Timestamptz()
    updated_at = Timestamptz()
    moderated_at = Timestamptz(null=True, default=None)

    consultations_opinion_hidden_has_reason = Check(
        "state <> 'hidden' OR hidden_reason IS NOT NULL"
    )


class OpinionVersion(Table, tablename="consultations_opinion_version"):
    """The text of an opinion, as submitted or as changed; a withdrawal empties all versions."""

    id = UUID(primary_key=True)
    opinion_id = ForeignKey(Opinion, on_delete=OnDelete.cascade)
    number = Integer()
    text = Text()
    translations = JSONB(null=True, default=None)
    written_at = Timestamptz()

    consultations_opinion_version_once = Unique([opinion_id, number])
