from piccolo.columns import JSONB, UUID, Date, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from enishi.consultations.core.kinds import StepActKind, StepKind
from enishi.consultations.core.tables import Consultation


class Step(Table, tablename="consultations_step"):
    """A step of a consultation that its office plans and records; days in Japan.

    Call and answer have no row: their days are those of the phases and of the published result.
    """

    id = UUID(primary_key=True)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.cascade)
    kind = Varchar(length=20, choices=StepKind)
    planned_on = Date(null=True, default=None)
    done_on = Date(null=True, default=None)
    # What was done: a LocalisedText document.
    note = JSONB(null=True, default=None)

    consultations_step_once = Unique([consultation_id, kind])


class StepAct(Table, tablename="consultations_step_act"):
    """A day of a step of a public consultation that its office set or changed. Append only.

    `number` counts from 1 in each consultation.
    """

    id = UUID(primary_key=True)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.restrict)
    number = Integer()
    step = Varchar(length=20, choices=StepKind)
    kind = Varchar(length=20, choices=StepActKind)
    before_on = Date(null=True, default=None)
    after_on = Date(null=True, default=None)
    acted_at = Timestamptz()

    consultations_step_act_number_once = Unique([consultation_id, number])
