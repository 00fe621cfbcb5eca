"""The phase of a consultation in words: one function for pages, lists, the feed and the API."""

from datetime import date
from typing import Any

from enishi.consultations import labels
from enishi.consultations.core.kinds import Kind, PhaseKind
from enishi.consultations.core.schemas import ConsultationRef
from enishi.kit import clock, formatting
from enishi.kit.i18n import LazyText, gettext_lazy

_PLANNED = gettext_lazy("結果の公表は%(day)sの予定です")
_OVERDUE = gettext_lazy("公表予定日を過ぎています（%(days)s日）")


_EASY_PLANNED = gettext_lazy("返事は、%(day)sに出す予定です")
_EASY_OVERDUE = gettext_lazy("返事を出す予定の日から、%(days)s日すぎました")


def phase_summary(consultation: ConsultationRef, *, easy: bool = False) -> dict[str, Any]:
    """What the templates' phase line needs, as of now; a withdrawn consultation is never open.

    A closed consultation tells when its result is planned, or for how many days it is overdue.
    `easy`: in plain Japanese.
    """
    phase = consultation.phase_at(clock.now())
    is_withdrawn = consultation.withdrawn_at is not None
    is_open = phase is PhaseKind.OPEN and not is_withdrawn
    result_on = consultation.days["result_on"]
    is_awaited = phase is PhaseKind.CLOSED and not is_withdrawn
    overdue = days_overdue(result_on) if is_awaited else 0
    return {
        "stage": phase,
        "phase": labels.WITHDRAWN if is_withdrawn else _words(phase, overdue, easy=easy),
        "planned": _planned(result_on, easy=easy) if is_awaited and not overdue else "",
        "overdue_days": overdue,
        "kind": "" if consultation.kind is Kind.DIALOGUE else labels.KINDS[consultation.kind],
        "is_withdrawn": is_withdrawn,
        "phase_kind": "success" if is_open else "warning" if overdue else "neutral",
        "is_sample": consultation.is_sample,
        "is_open": is_open,
        "has_begun": phase is not PhaseKind.PREPARATION,
        "opens_on": consultation.opens_at,
        "last_day": consultation.last_day,
        "result_on": result_on,
    }


def days_overdue(planned_on: date | None) -> int:
    """How many days ago the planned day was; 0 until its end, and without a plan."""
    return max(0, (clock.today() - planned_on).days) if planned_on else 0


def _words(phase: PhaseKind, overdue: int, *, easy: bool) -> LazyText:
    if overdue:
        return (_EASY_OVERDUE if easy else _OVERDUE).with_values(days=overdue)
    return (labels.EASY_PHASES if easy else labels.PHASES)[phase]


def _planned(result_on: date | None, *, easy: bool) -> LazyText | str:
    if result_on is None:
        return ""
    text = _EASY_PLANNED if easy else _PLANNED
    return text.with_values(day=formatting.format_date(result_on))
