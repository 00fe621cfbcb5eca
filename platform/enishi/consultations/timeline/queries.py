"""The steps of a consultation, the record of their days, and the promises of an organisation."""

import json
import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from enishi.consultations.core import visibility
from enishi.consultations.core.kinds import PhaseKind, StepKind
from enishi.consultations.core.phase_summary import days_overdue
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.timeline.schemas import (
    Promise,
    PromiseCounts,
    StepAct,
    StepView,
    StoredStep,
)
from enishi.kit import clock, db
from enishi.kit.pagination import PAGE_SIZE, Page, decode_cursor, whole_number

APPEND_ONLY = ("consultations_step_act",)  # see wiring.py


async def stored_steps(consultation_id: uuid.UUID) -> Mapping[StepKind, StoredStep]:
    """What its office planned and recorded, for each step that it records."""
    rows = await db.fetch(
        "SELECT kind, planned_on, done_on, note FROM consultations_step WHERE consultation_id = $1",
        consultation_id,
    )
    found = {kind: StoredStep(kind=kind) for kind in StepKind if kind.is_recorded}
    for row in rows:
        note = json.loads(row["note"]) if row["note"] else None
        found[StepKind(row["kind"])] = StoredStep.model_validate(row | {"note": note})
    return found


async def list_steps(consultation: ConsultationRef) -> list[StepView]:
    """All six steps of a consultation, in order."""
    stored = await stored_steps(consultation.id)
    return [
        _call(consultation),
        _recorded(stored[StepKind.SORTING]),
        _answer(consultation),
        *(_recorded(step) for kind, step in stored.items() if kind is not StepKind.SORTING),
    ]


def _call(consultation: ConsultationRef) -> StepView:
    last_day, phase = consultation.last_day, consultation.phase_at(clock.now())
    is_over = consultation.is_public and phase in (PhaseKind.CLOSED, PhaseKind.RESULT)
    done_on = last_day if is_over else None
    begins_on = consultation.days["opens_on"]
    return StepView(StepKind.CALL, last_day, done_on, 0, begins_on=begins_on)


def _answer(consultation: ConsultationRef) -> StepView:
    at, planned_on = consultation.answered_at, consultation.days["result_on"]
    done_on = clock.in_tokyo(at).date() if at and at <= clock.now() else None
    return StepView(StepKind.ANSWER, planned_on, done_on, _overdue(planned_on, done_on))


def _recorded(step: StoredStep) -> StepView:
    overdue = _overdue(step.planned_on, step.done_on)
    return StepView(step.kind, step.planned_on, step.done_on, overdue, note=step.note)


def _overdue(planned_on: date | None, done_on: date | None) -> int:
    if planned_on is None or done_on is None:
        return days_overdue(planned_on)
    return max(0, (done_on - planned_on).days)


async def list_acts(consultation_id: uuid.UUID, cursor: str | None = None) -> Page[StepAct]:
    """What its office changed of the days since the publication, the latest first."""
    before = decode_cursor(cursor, whole_number)[0] if cursor else None
    rows = await db.fetch(
        "SELECT number, step, kind, before_on, after_on, acted_at FROM consultations_step_act"
        " WHERE consultation_id = $1 AND ($2::int IS NULL OR number < $2)"
        " ORDER BY number DESC LIMIT $3",
        consultation_id,
        before,
        PAGE_SIZE + 1,
    )
    acts = [StepAct.model_validate(row) for row in rows]
    return Page.of(acts, lambda act: (act.number,))


# $1 organisation, $2 instant. A consultation that was withdrawn is not going to be answered: its
# page says so, and gives the reason.
_PROMISES = f"""
WITH promise AS (
    SELECT c.id AS consultation_id, c.slug, c.title, c.is_sample, 'answer' AS step,
        (p.starts_at AT TIME ZONE 'Asia/Tokyo')::date AS due_on,
        CASE WHEN c.answered_at <= $2 THEN (c.answered_at AT TIME ZONE 'Asia/Tokyo')::date END
            AS done_on,
        (SELECT count(*)::int FROM consultations_change g
            WHERE g.consultation_id = c.id AND g.terms ? 'result_on') AS moves
    FROM consultations_consultation c
    JOIN consultations_phase p ON p.consultation_id = c.id AND p.kind = 'result'
    WHERE c.organisation_id = $1 AND {visibility.CONSULTATION}
    UNION ALL
    SELECT c.id, c.slug, c.title, c.is_sample, s.kind, s.planned_on, s.done_on,
        (SELECT count(*)::int FROM consultations_step_act a WHERE a.consultation_id = c.id
            AND a.step = s.kind AND a.kind = 'planned' AND a.before_on IS NOT NULL)
    FROM consultations_consultation c
    JOIN consultations_step s ON s.consultation_id = c.id AND s.planned_on IS NOT NULL
    WHERE c.organisation_id = $1 AND {visibility.CONSULTATION}
)
"""  # noqa: S608 (made of constants)
_LIST = f"""
{_PROMISES}
SELECT * FROM promise WHERE (done_on IS NOT NULL) = $3
    AND ($4::date IS NULL OR (due_on, slug, step) > ($4, $5, $6))
ORDER BY due_on, slug, step LIMIT $7
"""  # noqa: S608 (made of constants)
_COUNT = f"""
{_PROMISES}
SELECT count(*) FILTER (WHERE done_on IS NULL AND due_on >= $3)::int AS waiting,
    count(*) FILTER (WHERE done_on IS NULL AND due_on < $3)::int AS overdue,
    count(*) FILTER (WHERE done_on <= due_on)::int AS kept,
    count(*) FILTER (WHERE done_on > due_on)::int AS kept_late
FROM promise
"""  # noqa: S608 (made of constants)


async def list_promises(
    organisation_id: uuid.UUID,
    cursor: str | None = None,
    *,
    done: bool = False,
    size: int = PAGE_SIZE,
) -> Page[Promise]:
    """The promises of an organisation that are not done, or those that are, by their due day."""
    after: tuple[Any, ...] = (None, "", "")
    if cursor:
        after = decode_cursor(cursor, date.fromisoformat, str, str)
    rows = await db.fetch(_LIST, organisation_id, clock.now(), done, *after, size + 1)
    found = [Promise.model_validate(row | {"title": json.loads(row["title"])}) for row in rows]
    return Page.of(found, lambda each: (each.due_on, each.slug, each.step.value), size)


async def count_promises(organisation_id: uuid.UUID) -> PromiseCounts:
    row = await db.fetch_one(_COUNT, organisation_id, clock.now(), clock.today())
    return PromiseCounts.model_validate(row)
