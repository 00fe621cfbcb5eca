"""Who may write programmes, and what a programme needs before it is published."""

import uuid

from enishi.accounts.schemas import Actor
from enishi.kit import clock
from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.organisations import policies as accounts
from enishi.programmes.listings.schemas import ProgrammeView

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
_CONTACT = gettext_lazy("電話番号かメールアドレスのどちらかを入れてください。")


_NOBODY = gettext_lazy(
    "18歳未満は参加できず、18歳以上は年齢の上限を超えます。だれも参加できないので、どちらかを直してください。"
)
OF_AGE = 18


def may_edit(actor: Actor, organisation_id: uuid.UUID) -> bool:
    """Whether the actor may write programmes of this organisation and see their applicants."""
    return accounts.can_edit(actor, organisation_id, clock.now())


def is_for_minors(programme: ProgrammeView) -> bool:
    """Whether only minors can take part: adults may come with them as companions."""
    return programme.age_max is not None and programme.age_max < OF_AGE


def admits_companions(programme: ProgrammeView) -> bool:
    """Whether adults above the limit of age may come with a child. Without one, all take part."""
    return programme.age_max is not None and programme.minors in ("accompanied", "with_consent")


def missing_for_publishing(programme: ProgrammeView, *, has_session: bool) -> dict[str, LazyText]:
    """Field name -> why it blocks publishing. Empty means *may be published*.

    Required is what people must know before they apply.
    """
    missing: dict[str, LazyText] = {}
    for name, reason in _TEXTS.items():
        if not getattr(programme, name).ja.strip():
            missing[f"{name}.ja"] = reason
    if not programme.host_name:
        missing["host_name"] = _HOST
    missing |= _missing_conditions(programme)
    if programme.fee_adult is None:
        missing["fee_adult"] = _FEE
    if not programme.money.lodging:
        missing["money.lodging"] = _LODGING
    if not programme.money.transport:
        missing["money.transport"] = _TRANSPORT
    if not (programme.contact.telephone or programme.contact.mail):
        missing["contact.telephone"] = _CONTACT
    if not has_session:
        missing["sessions"] = _SESSION
    return missing


def _missing_conditions(programme: ProgrammeView) -> dict[str, LazyText]:
    if not programme.minors:
        return {"minors": _MINORS}
    if programme.minors == "not_admitted" and is_for_minors(programme):
        return {"age_max": _NOBODY}
    return {}
