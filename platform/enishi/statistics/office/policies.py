"""Pure functions: which of its figures an office may see broken down by an attribute of people."""

from datetime import date, timedelta

from enishi.consultations.core.kinds import PhaseKind
from enishi.consultations.core.schemas import ConsultationRef
from enishi.kit import clock


def is_whole_months(first: date, last: date, today: date) -> bool:
    """Whether the period consists of calendar months that are over."""
    return first.day == 1 and (last + timedelta(days=1)).day == 1 and last < today.replace(day=1)


def may_break_down_people(
    first: date,
    last: date,
    dialogue: ConsultationRef | None,
    today: date,
    *,
    has_ballots: bool = False,
) -> bool:
    """Whether people of dialogues may be broken down by an attribute in this period.

    In closed months, or over a whole dialogue that is closed. Otherwise a day and a subject would
    leave one person in a row, and with the published text of that day also a name for it. Never
    where the ballots of one of the dialogues are published (has_ballots): beside all ballots, few
    figures by home, age or channel tell whose they are.
    """
    if has_ballots:
        return False
    if is_whole_months(first, last, today):
        return True
    if dialogue is None or dialogue.opens_at is None or dialogue.last_day is None:
        return False
    is_over = dialogue.phase_at(clock.start_of_day(today)) in (PhaseKind.CLOSED, PhaseKind.RESULT)
    return (
        is_over and first <= clock.in_tokyo(dialogue.opens_at).date() and dialogue.last_day <= last
    )
