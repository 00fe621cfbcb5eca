"""Pure functions: what publication requires, and what an actor may do in a consultation."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from enishi.accounts import policies as accounts
from enishi.accounts.schemas import Actor
from enishi.consultations.core.errors import FixedDaysError
from enishi.consultations.core.kinds import PhaseKind
from enishi.consultations.core.schemas import ConsultationRef, ConsultationView
from enishi.kit import clock
from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.organisations import policies

# Field of the form -> message if it is empty, in the order of the form.
_REQUIRED: dict[str, LazyText] = {
    "problem": gettext_lazy("何が課題なのかが書かれていません。"),
    "decision": gettext_lazy("何を決めるのかが書かれていません。"),
    "can_change": gettext_lazy("変えられることが書かれていません。"),
    "cannot_change": gettext_lazy("変えられないことが書かれていません。"),
    "who_may_answer": gettext_lazy("だれが答えられるのかが書かれていません。"),
    "data_controller": gettext_lazy("個人情報の管理者が書かれていません。"),
    "contact": gettext_lazy("問い合わせ先が書かれていません。"),
    "themes": gettext_lazy("テーマが選ばれていません。"),
}
_UNDECIDED = gettext_lazy("投票を公開するかどうかが決まっていません。")
_NO_DATES = gettext_lazy("開始日と終了日が決まっていません。")
_NO_RESULT = gettext_lazy("結果を公表する日が決まっていません。")
_OVER = gettext_lazy("終了日が過ぎています。")
_NO_STATEMENTS = gettext_lazy("最初の意見カードがありません。")


def missing_fields(
    consultation: ConsultationView, *, statements: int, now: datetime
) -> dict[str, LazyText]:
    """What publication still requires: field -> message; empty when it may be published."""
    found = {name: reason for name, reason in _REQUIRED.items() if not getattr(consultation, name)}
    if consultation.votes_published is None:
        found["votes_published"] = _UNDECIDED
    phase = consultation.phase(PhaseKind.OPEN)
    if phase is None or phase.ends_at is None:
        found["opens_on"] = _NO_DATES
    elif phase.ends_at <= now:
        found["closes_on"] = _OVER
    if consultation.phase(PhaseKind.RESULT) is None:
        found["result_on"] = _NO_RESULT
    if not statements:
        found["statements"] = _NO_STATEMENTS
    return found


_BEGUN = gettext_lazy("募集はもう始まっています。開始日は変えられません。")
_CLOSED = gettext_lazy(
    "募集は終わっています。もう一度募集するときは、「募集を再開する」から理由を書いてください。"
)
_CLOSE_INSTEAD = gettext_lazy(
    "終了日は今日以後の日にしてください。すぐに終えるときは「いま募集を終える」を使います。"
)
_RESULT_OUT = gettext_lazy("結果はもう公表されています。公表する日は変えられません。")
_DAY_OVER = gettext_lazy("今日以後の日を入力してください。")


def fixed_days(
    days: Mapping[str, date | None], saved: ConsultationView, now: datetime
) -> dict[str, LazyText]:
    """Changed days of a published consultation that cannot move any more: field -> message."""
    today = clock.in_tokyo(now).date()
    phase = saved.phase_at(now)
    changed = {name for name, day in days.items() if day != saved.days[name]}
    found: dict[str, LazyText] = {}
    if phase is not PhaseKind.PREPARATION and "opens_on" in changed:
        found["opens_on"] = _BEGUN
    if "closes_on" in changed:
        if phase in (PhaseKind.CLOSED, PhaseKind.RESULT):
            found["closes_on"] = _CLOSED
        elif (closes_on := days["closes_on"]) and closes_on < today:
            found["closes_on"] = _CLOSE_INSTEAD
    if phase is PhaseKind.RESULT and "result_on" in changed:
        found["result_on"] = _RESULT_OUT
    return found


def require_coming_day(name: str, day: date, now: datetime) -> None:
    """Raises FixedDaysError for a day that is over."""
    if day < clock.in_tokyo(now).date():
        raise FixedDaysError({name: _DAY_OVER})


def can_reopen(consultation: ConsultationRef, now: datetime) -> bool:
    """Whether its office may open it once more: after the close, before the result."""
    return consultation.is_public and consultation.phase_at(now) is PhaseKind.CLOSED


def accepts_seeds(consultation: ConsultationRef, now: datetime) -> bool:
    """Whether the organiser may add statements: until the close, while people can vote on them."""
    phase = consultation.phase_at(now)
    is_over = consultation.is_public and phase in (PhaseKind.CLOSED, PhaseKind.RESULT)
    return consultation.withdrawn_at is None and not is_over


def can_withdraw(consultation: ConsultationRef, now: datetime) -> bool:
    """Whether its office may withdraw it: while it is public and has no result yet."""
    return consultation.is_public and consultation.phase_at(now) is not PhaseKind.RESULT


def accepts_paper(consultation: ConsultationRef, now: datetime) -> bool:
    """Whether an office may enter opinions from paper: from the opening until the result."""
    begun = consultation.phase_at(now) in (PhaseKind.OPEN, PhaseKind.CLOSED)
    return consultation.is_public and consultation.opinions_invited and begun


def can_take_part(actor: Actor | None, consultation: ConsultationRef, now: datetime) -> bool:
    """Whether an account, or a guest (None) where guests are allowed, may take part now."""
    return consultation.is_open_at(now) and consultation.admits(is_signed_in=actor is not None)


def can_write(actor: Actor | None, consultation: ConsultationRef, now: datetime) -> bool:
    """As can_take_part, for writing: under 16 only with a guardian's consent."""
    if actor is None:
        return can_take_part(None, consultation, now)
    return can_take_part(actor, consultation, now) and accounts.can_act_in_public(actor, now)


def can_edit(actor: Actor, organisation_id: uuid.UUID) -> bool:
    """Whether the actor may edit this organisation's consultations."""
    return policies.can_edit(actor, organisation_id, clock.now())


def can_moderate(actor: Actor, consultation: ConsultationRef, now: datetime) -> bool:
    return policies.can_moderate(actor, consultation.organisation_id, now)
