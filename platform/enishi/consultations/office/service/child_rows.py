"""The rows below a consultation that a saved part replaces: themes, phases, components."""

import json
import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from enishi.consultations.core import acts
from enishi.consultations.core.acts import Act
from enishi.consultations.core.kinds import ComponentKind, PhaseKind
from enishi.consultations.core.schemas import ConsultationView
from enishi.consultations.core.tables import Component, ConsultationTheme, Phase
from enishi.kit import clock
from enishi.kit.ids import new_id

Days = Mapping[str, date | None]
_Phase = tuple[PhaseKind, datetime, datetime | None]


async def replace_themes(consultation_id: uuid.UUID, theme_ids: tuple[uuid.UUID, ...]) -> None:
    await ConsultationTheme.delete().where(ConsultationTheme.consultation_id == consultation_id)
    for theme_id in dict.fromkeys(theme_ids):
        await ConsultationTheme(
            id=new_id(), consultation_id=consultation_id, theme_id=theme_id
        ).save()


async def replace_phases(
    consultation_id: uuid.UUID, days: Days, saved: ConsultationView, *, reopens: bool = False
) -> None:
    """Insert the phases of the days.

    `reopens`: the closing day is meant whole, also if the dialogue was closed on that day.
    """
    await Phase.delete().where(Phase.consultation_id == consultation_id)
    for phase, starts_at, ends_at in _phases_of(days, saved, reopens=reopens):
        await Phase(
            id=new_id(),
            consultation_id=consultation_id,
            kind=phase,
            starts_at=starts_at,
            ends_at=ends_at,
        ).save()


async def replace_components(
    consultation_id: uuid.UUID,
    days: Days,
    saved: ConsultationView,
    *,
    statements_invited: bool,
    opinions_invited: bool,
) -> None:
    """Insert the components; all of them are open in the open phase.

    A public comment has opinions only, whatever is invited.
    """
    await Component.delete().where(Component.consultation_id == consultation_id)
    open_phase = [each for each in _phases_of(days, saved) if each[0] is PhaseKind.OPEN]
    opens_at, closes_at = open_phase[0][1:] if open_phase else (None, None)
    components: list[tuple[ComponentKind, dict[str, Any]]] = []
    if acts.has(saved.kind, Act.VOTE):
        components.append((ComponentKind.STATEMENTS, {"by_participants": statements_invited}))
    if opinions_invited or saved.kind.is_public_comment:
        components.append((ComponentKind.OPINIONS, {}))
    for kind, settings in components:
        await Component(
            id=new_id(),
            consultation_id=consultation_id,
            kind=kind,
            opens_at=opens_at,
            closes_at=closes_at,
            settings=json.dumps(settings),
        ).save()


def _phases_of(days: Days, saved: ConsultationView, *, reopens: bool = False) -> list[_Phase]:
    """(kind, starts_at, ends_at) of each phase, half-open; the closing day is included.

    A date that did not change keeps its instant, which `open_now` or `close_now` may have set to
    any time of that day.
    """
    opens_on, closes_on, result_on = (days[name] for name in ("opens_on", "closes_on", "result_on"))
    if opens_on is None:
        return []
    opened = saved.opens_at
    if opened is not None and clock.in_tokyo(opened).date() == opens_on:
        opens_at = opened
    else:
        opens_at = clock.start_of_day(opens_on)
    now = clock.now()
    phases: list[_Phase] = []
    if now < opens_at:
        phases.append((PhaseKind.PREPARATION, now, opens_at))
    if closes_on is None:
        return [*phases, (PhaseKind.OPEN, opens_at, None)]
    phase = saved.phase(PhaseKind.OPEN) if saved.last_day == closes_on and not reopens else None
    closes_at = phase.ends_at if phase and phase.ends_at else clock.closes_after(closes_on)
    phases.append((PhaseKind.OPEN, opens_at, closes_at))
    result_at = clock.start_of_day(result_on) if result_on else None
    if result_at is None or closes_at < result_at:
        phases.append((PhaseKind.CLOSED, closes_at, result_at))
    if result_at is not None:
        phases.append((PhaseKind.RESULT, result_at, None))
    return phases
