"""Pure functions: what publication requires, and what an actor may do in a consultation."""

import uuid
from datetime import datetime

from enishi.accounts import policies as accounts
from enishi.accounts.schemas import Actor
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
