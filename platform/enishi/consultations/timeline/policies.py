"""Rules of the planned days: their order, and that a public promise is moved but never removed."""

from collections.abc import Mapping
from datetime import date

from enishi.consultations.core.kinds import StepKind
from enishi.consultations.core.schemas import ConsultationRef
from enishi.kit import seen
from enishi.kit.i18n import LazyText, gettext_lazy

Days = Mapping[StepKind, date | None]
_OUT_OF_ORDER = gettext_lazy("前の段階の予定日か、その後の日にしてください。")
_REMOVED = gettext_lazy("公開した後は、予定日を消せません。変えるときは、別の日にしてください。")


def fingerprint(days: Days) -> str:
    """For the optimistic lock of the form of planned days."""
    return seen.fingerprint({kind.value: day for kind, day in days.items()})


def refused_days(consultation: ConsultationRef, days: Days, saved: Days) -> dict[str, LazyText]:
    """Planned days that cannot be saved: field -> message.

    Each step is planned for the day of the step before it, or for a later one. A day that did not
    change is not refused: the days of the call may have moved since.
    """
    own = consultation.days
    plan = {StepKind.CALL: own["closes_on"], StepKind.ANSWER: own["result_on"], **days}
    found: dict[str, LazyText] = {}
    latest: date | None = None
    for kind in StepKind:
        day = plan[kind]
        is_new = kind in days and day != saved.get(kind)
        if is_new and day is None and consultation.published_at:
            found[kind.value] = _REMOVED
        elif is_new and day is not None and latest is not None and day < latest:
            found[kind.value] = _OUT_OF_ORDER
        if day is not None:
            latest = max(day, latest) if latest else day
    answer_on, sorting = own["result_on"], days[StepKind.SORTING]
    if answer_on and sorting and sorting > answer_on and sorting != saved.get(StepKind.SORTING):
        found[StepKind.SORTING.value] = gettext_lazy(
            "結果を公表する日か、その前の日にしてください。"
        )
    return found
