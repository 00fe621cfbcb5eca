"""Rules of the programmes domain: pure functions of what was read."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime

from enishi.accounts.schemas import Actor
from enishi.kit import clock
from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.organisations import policies
from enishi.programmes.schemas import ApplicationForm, MemberForm, ProgrammeView, SessionView
from enishi.programmes.tables import MemberKind, ProgrammeState, SessionState

OF_AGE = 18

_TEXTS = {
    "title": gettext_lazy("題名を入れてください。"),
    "summary": gettext_lazy("短い紹介文を入れてください。"),
    "body": gettext_lazy("くわしい説明を入れてください。"),
}
_FEE = gettext_lazy("参加費を入れてください。無料のときは 0 と入れます。")
_MINORS = gettext_lazy("18歳未満の参加について選んでください。")
_SESSION = gettext_lazy("開催回を一つ以上加えてください。")
_HOST = gettext_lazy("受け入れる人や団体の名前を入れてください。")
_LODGING = gettext_lazy("宿泊の有無を選んでください。")
_TRANSPORT = gettext_lazy("交通費を誰が負担するか選んでください。")
_NO_MINORS = gettext_lazy("18歳未満の方は、この体験に参加できません。")
_CHILDS_AGE = gettext_lazy("子どもの年齢を入れてください。")
_NO_CHILD = gettext_lazy("18歳以上の方は、「大人」を選んでください。")
_NO_ADULT = gettext_lazy("18歳未満の方は、「子ども」を選んでください。")
_AGE_NEEDED = gettext_lazy("年齢の条件があるため、年齢を入れてください。")
_TOO_YOUNG = gettext_lazy("この体験に参加できるのは、%(age)s歳からです。")
_TOO_OLD = gettext_lazy("この体験に参加できるのは、%(age)s歳までです。")
_ADULT_NEEDED = gettext_lazy("子どもだけでは参加できません。一緒に来る大人を一人加えてください。")
_CONSENT_NEEDED = gettext_lazy("18歳未満の方が参加するには、保護者の同意が必要です。")
_CONTACT = gettext_lazy("電話番号かメールアドレスのどちらかを入れてください。")


def may_edit(actor: Actor, organisation_id: uuid.UUID) -> bool:
    """Whether somebody writes this organisation's programmes and sees who applied to them."""
    return policies.can_edit(actor, organisation_id, clock.now())


def missing_for_publishing(
    programme: ProgrammeView, sessions: Sequence[SessionView]
) -> dict[str, LazyText]:
    """Field name -> why it blocks publishing. Empty when the listing may be shown.

    The required fields are those marked with a star in the field lists of the domain: what
    people must know before they apply.
    """
    missing: dict[str, LazyText] = {}
    for name, reason in _TEXTS.items():
        if not getattr(programme, name).ja.strip():
            missing[f"{name}.ja"] = reason
    if not programme.host_name:
        missing["host_name"] = _HOST
    if not programme.minors:
        missing["minors"] = _MINORS
    if programme.fee_adult is None:
        missing["fee_adult"] = _FEE
    if not programme.money.lodging:
        missing["money.lodging"] = _LODGING
    if not programme.money.transport:
        missing["money.transport"] = _TRANSPORT
    if not (programme.contact.telephone or programme.contact.mail):
        missing["contact.telephone"] = _CONTACT
    if not sessions:
        missing["sessions"] = _SESSION
    return missing


def asks_everybody_for_age(programme: ProgrammeView) -> bool:
    """Whether a grown-up's age decides if they may come; else nobody needs to know it."""
    return programme.age_max is not None or (programme.age_min or 0) > OF_AGE


def is_open(programme: ProgrammeView, session: SessionView, now: datetime) -> bool:
    """Whether a session takes applications at this instant, full or not.

    What decides is the statement in service/places.py; this says afterwards why it refused.
    """
    return (
        programme.state is ProgrammeState.PUBLISHED
        and session.state is SessionState.PLANNED
        and clock.is_open(session.opens_at, session.closes_at, now)
    )


def party_problems(programme: ProgrammeView, form: ApplicationForm) -> dict[str, LazyText]:
    """Field name -> why this party may not come. Empty when it may."""
    problems: dict[str, LazyText] = {}
    for number, member in enumerate(form.party):
        for field, message in _member_problems(programme, member):
            problems.setdefault(f"party.{number}.{field}", message)
    children = [each for each in form.party if each.kind is MemberKind.CHILD]
    if not children:
        return problems
    if programme.minors == "accompanied" and len(children) == len(form.party):
        problems.setdefault("party.0.kind", _ADULT_NEEDED)
    if programme.minors == "with_consent" and not form.guardian_consent:
        problems["guardian_consent"] = _CONSENT_NEEDED
    return problems


def _member_problems(
    programme: ProgrammeView, member: MemberForm
) -> Iterator[tuple[str, LazyText]]:
    is_child = member.kind is MemberKind.CHILD
    if is_child and programme.minors == "not_admitted":
        yield "kind", _NO_MINORS
    age = member.age
    if age is None:
        if is_child:
            yield "age", _CHILDS_AGE
        elif asks_everybody_for_age(programme):
            yield "age", _AGE_NEEDED
        return
    if is_child and age >= OF_AGE:
        yield "age", _NO_CHILD
    if not is_child and age < OF_AGE:
        yield "age", _NO_ADULT
    if programme.age_min is not None and age < programme.age_min:
        yield "age", _TOO_YOUNG.with_values(age=programme.age_min)
    if programme.age_max is not None and age > programme.age_max:
        yield "age", _TOO_OLD.with_values(age=programme.age_max)
