"""The rows that each save of a consultation's form replaces: themes, phases, components."""

import json
import uuid
from datetime import datetime
from typing import Any

from enishi.consultations.core.kinds import ComponentKind, PhaseKind
from enishi.consultations.core.schemas import ConsultationForm, ConsultationView
from enishi.consultations.core.tables import Component, ConsultationTheme, Phase
from enishi.kit import clock
from enishi.kit.ids import new_id


async def replace(
    consultation_id: uuid.UUID, form: ConsultationForm, saved: ConsultationView | None
) -> None:
    """Delete the rows and insert those of the form, in the caller's unit of work."""
    for table in (ConsultationTheme, Phase, Component):
        await table.delete().where(table.consultation_id == consultation_id)
    for theme_id in dict.fromkeys(form.themes):
        await ConsultationTheme(
            id=new_id(), consultation_id=consultation_id, theme_id=theme_id
        ).save()
    phases = _phases_of(form, saved)
    for phase, starts_at, ends_at in phases:
        await Phase(
            id=new_id(),
            consultation_id=consultation_id,
            kind=phase,
            starts_at=starts_at,
            ends_at=ends_at,
        ).save()
    spans = [(starts, ends) for phase, starts, ends in phases if phase is PhaseKind.OPEN]
    opens_at, closes_at = spans[0] if spans else (None, None)
    for kind, settings in _components_of(form):
        await Component(
            id=new_id(),
            consultation_id=consultation_id,
            kind=kind,
            opens_at=opens_at,
            closes_at=closes_at,
            settings=json.dumps(settings),
        ).save()


def _phases_of(
    form: ConsultationForm, saved: ConsultationView | None
) -> list[tuple[PhaseKind, datetime, datetime | None]]:
    """(kind, starts_at, ends_at) of each phase, half-open; the closing day is included.

    A date that the form did not change keeps its instant, which `open_now` or `close_now` may have
    set to any time of that day.
    """
    if form.opens_on is None:
        return []
    opened = saved.opens_at if saved else None
    if opened is not None and clock.in_tokyo(opened).date() == form.opens_on:
        opens_at = opened
    else:
        opens_at = clock.start_of_day(form.opens_on)
    now = clock.now()
    phases: list[tuple[PhaseKind, datetime, datetime | None]] = []
    if now < opens_at:
        phases.append((PhaseKind.PREPARATION, now, opens_at))
    if form.closes_on is None:
        return [*phases, (PhaseKind.OPEN, opens_at, None)]
    phase = saved.phase(PhaseKind.OPEN) if saved and saved.last_day == form.closes_on else None
    closes_at = phase.ends_at if phase and phase.ends_at else clock.closes_after(form.closes_on)
    phases.append((PhaseKind.OPEN, opens_at, closes_at))
    result_at = clock.start_of_day(form.result_on) if form.result_on else None
    if result_at is None or closes_at < result_at:
        phases.append((PhaseKind.CLOSED, closes_at, result_at))
    if result_at is not None:
        phases.append((PhaseKind.RESULT, result_at, None))
    return phases


def _components_of(form: ConsultationForm) -> list[tuple[ComponentKind, dict[str, Any]]]:
    """(kind, settings) of each component; all of them are open in the open phase."""
    components: list[tuple[ComponentKind, dict[str, Any]]] = [
        (ComponentKind.STATEMENTS, {"by_participants": form.statements_invited})
    ]
    if form.opinions_invited:
        components.append((ComponentKind.OPINIONS, {}))
    return components
