"""The phases that the dates of a form make."""

from datetime import datetime

from enishi.consultations.core.kinds import PhaseKind
from enishi.consultations.core.schemas import ConsultationForm, ConsultationView
from enishi.kit import clock


def phases_of(
    form: ConsultationForm, saved: ConsultationView | None
) -> list[tuple[PhaseKind, datetime, datetime | None]]:
    """Each phase with its half-open span; the closing day still counts.

    A day that was not changed keeps its instant: somebody may have opened or closed at noon.
    """
    if form.opens_on is None:
        return []
    opened = saved.opens_at if saved else None
    if opened is not None and clock.in_tokyo(opened).date() == form.opens_on:
        opens_at = opened
    else:
        opens_at = clock.start_of_day(form.opens_on)
    began = clock.now()
    made: list[tuple[PhaseKind, datetime, datetime | None]] = []
    if began < opens_at:
        made.append((PhaseKind.PREPARATION, began, opens_at))
    if form.closes_on is None:
        return [*made, (PhaseKind.OPEN, opens_at, None)]
    phase = saved.phase(PhaseKind.OPEN) if saved and saved.last_day == form.closes_on else None
    closes_at = phase.ends_at if phase and phase.ends_at else clock.closes_after(form.closes_on)
    made.append((PhaseKind.OPEN, opens_at, closes_at))
    result_at = clock.start_of_day(form.result_on) if form.result_on else None
    if result_at is None or closes_at < result_at:
        made.append((PhaseKind.CLOSED, closes_at, result_at))
    if result_at is not None:
        made.append((PhaseKind.RESULT, result_at, None))
    return made
