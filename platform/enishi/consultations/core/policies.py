"""What a dialogue needs before it is published, and who may do what in it: pure functions."""

import uuid
from datetime import datetime

from enishi.accounts import policies as accounts
from enishi.accounts.schemas import Actor
from enishi.consultations.core.kinds import PhaseKind
from enishi.consultations.core.schemas import ConsultationRef, ConsultationView
from enishi.kit import clock
from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.organisations import policies

# Field of the form -> what is missing. The order is that of the form.
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


def missing(
    consultation: ConsultationView, *, statements: int, now: datetime
) -> dict[str, LazyText]:
    """What keeps a dialogue from being published: field -> reason; empty if nothing does."""
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


def can_withdraw(consultation: ConsultationRef, now: datetime) -> bool:
    """Whether its office may take it back: what the public sees, until its result is out."""
    return consultation.is_public and consultation.phase_at(now) is not PhaseKind.RESULT


def takes_paper(consultation: ConsultationRef, now: datetime) -> bool:
    """Whether an office may still type in what came in time: from the opening to the result."""
    begun = consultation.phase_at(now) in (PhaseKind.OPEN, PhaseKind.CLOSED)
    return consultation.is_public and consultation.opinions_invited and begun


def can_take_part(actor: Actor | None, consultation: ConsultationRef, now: datetime) -> bool:
    """Whether somebody may vote: anyone signed in, and guests where the organiser allows it."""
    return consultation.is_open_at(now) and consultation.admits(is_signed_in=actor is not None)


def can_speak(actor: Actor | None, consultation: ConsultationRef, now: datetime) -> bool:
    """Whether somebody may write what others read: under 16 only with a guardian's word."""
    if actor is None:
        return can_take_part(None, consultation, now)
    return can_take_part(actor, consultation, now) and accounts.can_act_in_public(actor, now)


def may_edit(actor: Actor, organisation_id: uuid.UUID) -> bool:
    """Whether somebody writes this organisation's dialogues."""
    return policies.can_edit(actor, organisation_id, clock.now())


def can_moderate(actor: Actor, consultation: ConsultationRef, now: datetime) -> bool:
    return policies.can_moderate(actor, consultation.organisation_id, now)
