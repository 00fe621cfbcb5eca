"""The phase of a consultation as pages show it: label, badge and dates."""

from typing import Any

from enishi.consultations import labels
from enishi.consultations.core.kinds import Kind, PhaseKind
from enishi.consultations.core.schemas import ConsultationRef
from enishi.kit import clock


def phase_summary(consultation: ConsultationRef) -> dict[str, Any]:
    """What the templates' phase line needs, as of now; a withdrawn consultation is never open."""
    phase = consultation.phase_at(clock.now())
    is_withdrawn = consultation.withdrawn_at is not None
    return {
        "phase": labels.WITHDRAWN if is_withdrawn else labels.PHASES[phase],
        "kind": "" if consultation.kind is Kind.DIALOGUE else labels.KINDS[consultation.kind],
        "is_withdrawn": is_withdrawn,
        "phase_kind": "success" if phase is PhaseKind.OPEN and not is_withdrawn else "neutral",
        "is_sample": consultation.is_sample,
        "is_open": phase is PhaseKind.OPEN and not is_withdrawn,
        "has_begun": phase is not PhaseKind.PREPARATION,
        "opens_on": consultation.opens_at,
        "last_day": consultation.last_day,
    }
