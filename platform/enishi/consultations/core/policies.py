"""Pure functions: what publication requires, and what an actor may do in a consultation."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from enishi.accounts import policies as accounts
from enishi.accounts.schemas import Actor
from enishi.consultations.core import acts, notice_period
from enishi.consultations.core.acts import Act
from enishi.consultations.core.errors import FixedDaysError
from enishi.consultations.core.kinds import Kind, PhaseKind
from enishi.consultations.core.schemas import ConsultationRef, ConsultationView
from enishi.kit import clock
from enishi.kit.i18n import LazyText, gettext_lazy

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
_NO_NOTICE = gettext_lazy("公示の日が決まっていません。")
_NOTICE_OVER = gettext_lazy("公示の日が過ぎています。公開する日か、その後の日にしてください。")
_NOTICE_LATE = gettext_lazy("公示の日は、開始日か、その前の日にしてください。")
_NO_BASIS = gettext_lazy("根拠となる法令が書かれていません。")
_NO_RULES = gettext_lazy("団体のパブリックコメントの決まりが、まだ登録されていません。")


def missing_fields(
    consultation: ConsultationView, *, statements: int, now: datetime
) -> dict[str, LazyText]:
    """What publication still requires: field -> message; empty when it may be published."""
    found = {name: reason for name, reason in _REQUIRED.items() if not getattr(consultation, name)}
    if acts.has(consultation.kind, Act.VOTE) and consultation.votes_published is None:
        found["votes_published"] = _UNDECIDED
    phase = consultation.phase(PhaseKind.OPEN)
    if phase is None or phase.ends_at is None:
        found["opens_on"] = _NO_DATES
    elif phase.ends_at <= now:
        found["closes_on"] = _OVER
    if consultation.phase(PhaseKind.RESULT) is None:
        found["result_on"] = _NO_RESULT
    # Nobody can vote in a dialogue without cards; in a call for ideas people write the first.
    if consultation.kind is Kind.DIALOGUE and not statements:
        found["statements"] = _NO_STATEMENTS
    return found | (
        _missing_notice(consultation, now) if consultation.kind.is_public_comment else {}
    )


def _missing_notice(consultation: ConsultationView, now: datetime) -> dict[str, LazyText]:
    """What the notice of a public comment lacks."""
    found: dict[str, LazyText] = {}
    notice_on, opens_on = consultation.notice_on, consultation.days["opens_on"]
    if notice_on is None:
        found["notice_on"] = _NO_NOTICE
    elif consultation.published_at is None and notice_on < clock.in_tokyo(now).date():
        found["notice_on"] = _NOTICE_OVER
    elif opens_on is not None and opens_on < notice_on:
        found["notice_on"] = _NOTICE_LATE
    if consultation.kind is Kind.PUBLIC_COMMENT_ACT and consultation.legal_basis is None:
        found["legal_basis"] = _NO_BASIS
    if consultation.kind is Kind.PUBLIC_COMMENT_ORDINANCE and consultation.comment_rules is None:
        found["comment_rules"] = _NO_RULES
    if reason := notice_period.too_early(consultation, consultation.days["closes_on"]):
        found["closes_on"] = reason
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
    if "result_on" in changed:
        result_on = days["result_on"]
        if phase is PhaseKind.RESULT:
            found["result_on"] = _RESULT_OUT
        elif result_on and result_on < today:
            found["result_on"] = _DAY_OVER
    return found


def require_coming_day(name: str, day: date, now: datetime) -> None:
    """Raises FixedDaysError for a day that is over."""
    if day < clock.in_tokyo(now).date():
        raise FixedDaysError({name: _DAY_OVER})


def can_reopen(consultation: ConsultationRef, now: datetime) -> bool:
    """Whether its office may open it once more: after the close, before the result."""
    return acts.possible_at(Act.REOPEN, consultation, now)


def accepts_seeds(consultation: ConsultationRef, now: datetime) -> bool:
    """Whether the organiser may add statements: until the close, while people can vote on them."""
    return acts.possible_at(Act.ADD_SEEDS, consultation, now)


def can_withdraw(consultation: ConsultationRef, now: datetime) -> bool:
    """Whether its office may withdraw it: while it is public and has no result yet."""
    return acts.possible_at(Act.WITHDRAW, consultation, now)


def can_open(consultation: ConsultationView, now: datetime) -> bool:
    """Whether its office may open it now; a public comment not before the day of its notice."""
    notice_on = consultation.notice_on
    is_noticed = notice_on is None or notice_on <= clock.in_tokyo(now).date()
    return is_noticed and acts.possible_at(Act.OPEN, consultation, now)


def can_close(consultation: ConsultationView, now: datetime) -> bool:
    """Whether its office may end the call now; a public comment not before its days are over."""
    is_possible = consultation.is_open_at(now) and acts.possible_at(Act.CLOSE, consultation, now)
    return is_possible and notice_period.may_close_at(consultation, now)


def accepts_paper(consultation: ConsultationRef, now: datetime) -> bool:
    """Whether an office may enter opinions from paper: from the opening until the result."""
    return consultation.opinions_invited and acts.possible_at(Act.ENTER_PAPER, consultation, now)


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
    return acts.is_allowed(Act.EDIT, _who(actor, organisation_id))


def can_moderate(actor: Actor, consultation: ConsultationRef, now: datetime) -> bool:
    """Also what is withdrawn or a result: an order to hide a text can come at any time."""
    who = _who(actor, consultation.organisation_id)
    return acts.may(Act.MODERATE, consultation.kind, acts.stage_of(consultation, now), who)


def _who(actor: Actor, organisation_id: uuid.UUID) -> acts.Who:
    return acts.who_is(actor.role_in(organisation_id), is_signed_in=True)
