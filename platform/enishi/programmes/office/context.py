"""Paths, access and template context that all office pages of programmes share."""

from collections.abc import Mapping
from typing import Any

from litestar import Request

from enishi.accounts.schemas import Actor, Role
from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.organisations.access import member
from enishi.organisations.office_context import office_context
from enishi.organisations.schemas import OrganisationRef
from enishi.programmes.listings import policies
from enishi.programmes.listings.schemas import OfficeActor
from enishi.programmes.sessions import when_where
from enishi.programmes.sessions.schemas import SessionView

AnyRequest = Request[Any, Any, Any]
AT = "/office/{organisation_slug:str}/programmes"
ONE = AT + "/{programme_id:uuid}"
SESSION = AT + "/sessions/{session_id:uuid}"
# Personal data of applicants is for those who prepare the session only.
EDITOR = member(Role.EDITOR)

# The notice above a page, selected by `done` in its query string; `n` there is the number in it.
_DONE: Mapping[str, LazyText] = {
    "drafted": gettext_lazy("下書きを作りました。上から順に書いていきましょう。"),
    "saved": gettext_lazy("保存しました"),
    "published": gettext_lazy("公開しました"),
    "closed": gettext_lazy("受付を終えました"),
    "removed": gettext_lazy("削除しました。"),
    "added": gettext_lazy("開催回を%(n)s件加えました"),
    "called_off": gettext_lazy("開催を中止にしました。%(n)s組にメールでお知らせします。"),
    "postponed": gettext_lazy("開催を延期しました。%(n)s組にメールでお知らせします。"),
    "seated": gettext_lazy("席を渡しました。参加が決まったことを、メールでお知らせします。"),
    "committed": gettext_lazy(
        "番号を預かりました。締切のあとに、控えた番号を明らかにしてください。"
    ),
    "revealed": gettext_lazy("番号を明らかにしました。"),
    "told": gettext_lazy("%(n)s組に連絡を送ります。"),
    "marked": gettext_lazy("%(n)s組の出欠を記録しました"),
}


def office_actor(actor: Actor, organisation: OrganisationRef) -> OfficeActor:
    """The actor for the services. The access check of the route has allowed it."""
    return OfficeActor(account_id=actor.id, organisation_id=organisation.id)


def shared_context(
    request: AnyRequest, actor: Actor, organisation: OrganisationRef
) -> dict[str, Any]:
    """The template context of every page."""
    done = _DONE.get(request.query_params.get("done", ""))
    number = request.query_params.get("n", "")
    return {
        **office_context(actor, organisation),
        "can_edit": policies.may_edit(actor, organisation.id),
        "period": period,
        "deadline": when_where.deadline,
        "done": done.with_values(n=number if number.isdecimal() else "") if done else "",
    }


def period(session: SessionView) -> str:
    return when_where.times(session.starts_at, session.ends_at)
