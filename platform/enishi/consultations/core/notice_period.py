"""How long a public comment stays open: days counted from its notice, that day included.

Article 39 of the Administrative Procedure Act (行政手続法) asks for 30 days from the day of the
notice, so a notice of 1 December allows the close at the end of 30 December in Japan. Article 40
allows less where the reason is published. A local government sets its own days.
"""

from datetime import date, datetime, timedelta

from enishi.consultations.core.errors import EarlyCloseError
from enishi.consultations.core.kinds import Kind
from enishi.consultations.core.schemas import ConsultationView
from enishi.kit import clock, formatting
from enishi.kit.i18n import LazyText, gettext_lazy

ACT_DAYS = 30


def required_days(consultation: ConsultationView) -> int | None:
    """The days that its rules demand; None where there are none, or none are known."""
    if consultation.kind is Kind.PUBLIC_COMMENT_ACT:
        return ACT_DAYS
    if consultation.kind is Kind.PUBLIC_COMMENT_ORDINANCE and consultation.comment_rules:
        return consultation.comment_rules.min_days
    return None


def earliest_close(consultation: ConsultationView) -> date | None:
    """The earliest last day without a reason; None without a notice or without rules."""
    days = required_days(consultation)
    if days is None or consultation.notice_on is None:
        return None
    return consultation.notice_on + timedelta(days=days - 1)


def is_short(consultation: ConsultationView, closes_on: date) -> bool:
    earliest = earliest_close(consultation)
    return earliest is not None and closes_on < earliest


def too_early(consultation: ConsultationView, closes_on: date | None) -> LazyText | None:
    """Why it may not close on this day: it is too early, and no reason is published."""
    if closes_on is None or consultation.short_period_reason is not None:
        return None
    return explained(consultation) if is_short(consultation, closes_on) else None


def explained(consultation: ConsultationView) -> LazyText:
    """The earliest day in words. Only for a consultation that has one."""
    earliest, notice_on = earliest_close(consultation), consultation.notice_on
    if earliest is None or notice_on is None:
        raise ValueError("the consultation has no earliest day")
    return gettext_lazy(
        "いちばん早い終了日は、公示の日（%(notice)s）を1日目として%(days)s日目の%(earliest)sです。"
        "これより短くするときは、「公示」の画面に理由を書いてください。理由は公開されます。",
        notice=formatting.format_date(notice_on),
        days=required_days(consultation),
        earliest=formatting.format_date(earliest),
    )


def require_days(consultation: ConsultationView, closes_on: date | None) -> None:
    """Raises EarlyCloseError, with the earliest day, at the field of the last day."""
    if reason := too_early(consultation, closes_on):
        raise EarlyCloseError(reason)


def may_close_at(consultation: ConsultationView, now: datetime) -> bool:
    """Whether the office may end the call at this instant: the last required day is over."""
    earliest = earliest_close(consultation)
    if earliest is None or consultation.short_period_reason is not None:
        return True
    return clock.closes_after(earliest) <= now
