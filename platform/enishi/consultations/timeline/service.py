"""Planning the steps of a consultation, and recording that they are done."""

from datetime import date

from enishi.accounts import queries as accounts
from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations.core import acts
from enishi.consultations.core import service as core
from enishi.consultations.core.acts import Act
from enishi.consultations.core.errors import WrongPhaseError
from enishi.consultations.core.kinds import StepActKind, StepKind
from enishi.consultations.core.schemas import ConsultationView
from enishi.consultations.timeline import policies, queries
from enishi.consultations.timeline.errors import DoneTooEarlyError, PlanError
from enishi.consultations.timeline.schemas import DoneForm, PlanForm
from enishi.kit import clock, db, page_cache, seen
from enishi.kit.dates import require_plan
from enishi.kit.errors import NotFoundError
from enishi.kit.ids import new_id

_PLAN = """
INSERT INTO consultations_step (id, consultation_id, kind, planned_on) VALUES ($1, $2, $3, $4)
ON CONFLICT (consultation_id, kind) DO UPDATE SET planned_on = EXCLUDED.planned_on
"""
_RECORD = """
INSERT INTO consultations_step (id, consultation_id, kind, done_on, note)
VALUES ($1, $2, $3, $4, $5::jsonb)
ON CONFLICT (consultation_id, kind)
    DO UPDATE SET done_on = EXCLUDED.done_on, note = EXCLUDED.note
"""
# The caller holds the lock of the consultation's row: it makes the numbers consecutive.
_APPEND = """
INSERT INTO consultations_step_act
    (id, consultation_id, number, step, kind, before_on, after_on, acted_at)
SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7
FROM consultations_step_act WHERE consultation_id = $2
"""


async def plan(actor: Actor, consultation: ConsultationView, form: PlanForm, seen_as: str) -> None:
    """Save the planned days; changes of a public consultation are recorded for the public.

    `seen_as` is the fingerprint of the days that the form was opened with. Raises WrongPhaseError,
    ChangedMeanwhileError, UnplannedDayError and PlanError.
    """
    async with db.unit_of_work():
        before = await _lock(consultation, Act.PLAN)
        stored = await queries.stored_steps(before.id)
        saved = {kind: step.planned_on for kind, step in stored.items()}
        if policies.fingerprint(saved) != seen_as:
            raise await _changed_meanwhile(before)
        require_plan(
            {kind.value: day for kind, day in form.days.items()},
            {kind.value: day for kind, day in saved.items()},
        )
        if refused := policies.refused_days(before, form.days, saved):
            raise PlanError(refused)
        for kind, day in form.days.items():
            if day != saved[kind]:
                await db.execute(_PLAN, new_id(), before.id, kind, day)
                await _append(before, kind, StepActKind.PLANNED, saved[kind], day)
        await _finish("planned", actor, before)


async def record_done(
    actor: Actor, consultation: ConsultationView, kind: StepKind, form: DoneForm, seen_as: str
) -> None:
    """Record that a step is done on a day, or that it is not (`done_on` None).

    `seen_as` is the fingerprint of the step. Raises NotFoundError for call and answer, which are
    not recorded by hand, WrongPhaseError before the close, DoneTooEarlyError, and
    ChangedMeanwhileError.
    """
    if not kind.is_recorded:
        raise NotFoundError
    async with db.unit_of_work():
        before = await _lock(consultation, Act.RECORD)
        step = (await queries.stored_steps(before.id))[kind]
        if step.fingerprint != seen_as:
            raise await _changed_meanwhile(before)
        if form.done_on and before.last_day and form.done_on < before.last_day:
            raise DoneTooEarlyError
        note = form.note.model_dump_json() if form.note and form.done_on else None
        await db.execute(_RECORD, new_id(), before.id, kind, form.done_on, note)
        if form.done_on != step.done_on:
            await _append(before, kind, StepActKind.DONE, step.done_on, form.done_on)
        day = form.done_on.isoformat() if form.done_on else None
        await _finish("recorded", actor, before, step=kind.value, day=day)


async def _lock(consultation: ConsultationView, act: Act) -> ConsultationView:
    """The consultation as it is now, its row locked. Raises WrongPhaseError."""
    before = await core.lock_for_office(consultation)
    if not acts.possible_at(act, before, clock.now()):
        raise WrongPhaseError
    return before


async def _changed_meanwhile(consultation: ConsultationView) -> seen.ChangedMeanwhileError:
    return seen.ChangedMeanwhileError(
        await accounts.find_last_editor(
            consultation.organisation_id, "consultation", consultation.id
        )
    )


async def _append(
    consultation: ConsultationView,
    step: StepKind,
    kind: StepActKind,
    before_on: date | None,
    after_on: date | None,
) -> None:
    if consultation.published_at is None:
        return
    await db.execute(
        _APPEND, new_id(), consultation.id, step, kind, before_on, after_on, clock.now()
    )


async def _finish(
    verb: str, actor: Actor, consultation: ConsultationView, **data: str | None
) -> None:
    await audit.record(
        f"consultations.timeline.{verb}",
        actor_id=actor.id,
        subject=("consultation", consultation.id),
        organisation_id=consultation.organisation_id,
        **data,
    )
    db.after_commit(_invalidate)


async def _invalidate() -> None:
    page_cache.invalidate()
