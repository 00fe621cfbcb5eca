"""Forms and values of the timeline."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator

from enishi.consultations.core.kinds import StepActKind, StepKind
from enishi.consultations.core.schemas import PublicReason
from enishi.kit import clock, seen
from enishi.kit.dates import Day
from enishi.kit.i18n import gettext_lazy
from enishi.kit.localised import LocalisedText
from enishi.kit.schema import Schema


class PlanForm(Schema):
    """The planned days that an office sets; the days of call and result are in its rules."""

    sorting: Day | None = None
    decision: Day | None = None
    implementation: Day | None = None
    verification: Day | None = None

    @property
    def days(self) -> Mapping[StepKind, date | None]:
        return {StepKind(name): getattr(self, name) for name in type(self).model_fields}


def _check_not_in_future(day: date) -> date:
    if day > clock.today():
        raise ValueError(gettext_lazy("まだ来ていない日です。終わった日を入れてください。"))
    return day


class DoneForm(Schema):
    """When a step was done; without a day it is not done (any more)."""

    done_on: Annotated[Day, AfterValidator(_check_not_in_future)] | None = None
    note: PublicReason | None = None


class StoredStep(Schema):
    kind: StepKind
    planned_on: date | None = None
    done_on: date | None = None
    note: LocalisedText | None = None

    @property
    def fingerprint(self) -> str:
        """For the optimistic lock of the form that records it."""
        return seen.fingerprint(self.model_dump(mode="json"))


@dataclass(frozen=True)
class StepView:
    """A step as pages show it; days in Japan. `begins_on` is set for the call alone.

    `overdue_days`: for how many days it is overdue, or by how many it was late.
    """

    kind: StepKind
    planned_on: date | None
    done_on: date | None
    overdue_days: int
    begins_on: date | None = None
    note: LocalisedText | None = None

    @property
    def is_done(self) -> bool:
        return self.done_on is not None


class StepAct(Schema):
    """A day of a step that was set, changed or taken back after the publication."""

    number: int
    step: StepKind
    kind: StepActKind
    before_on: date | None
    after_on: date | None
    acted_at: datetime


class Promise(Schema):
    """A planned step of a public consultation; `moves`: how often its day was changed."""

    consultation_id: uuid.UUID
    slug: str
    title: LocalisedText
    is_sample: bool
    step: StepKind
    due_on: date
    done_on: date | None
    moves: int

    @property
    def overdue_days(self) -> int:
        """For how many days it is overdue, or by how many it was late."""
        return max(0, ((self.done_on or clock.today()) - self.due_on).days)


class PromiseCounts(Schema):
    waiting: int
    overdue: int
    kept: int
    kept_late: int
