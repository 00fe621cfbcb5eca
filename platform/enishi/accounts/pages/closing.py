"""The file of one's own data, and closing the account."""

from typing import Any

from litestar import Controller, get, post
from litestar.response import Redirect, Stream, Template

from enishi.accounts import personal_data
from enishi.accounts.access import RECENT, SIGNED_IN, CurrentActor
from enishi.accounts.pages import cookies
from enishi.accounts.pages.cookies import AnyRequest
from enishi.accounts.personal_data import Fate
from enishi.accounts.schemas import ClosingForm
from enishi.accounts.service import closing as service
from enishi.kit import clock
from enishi.kit.forms import Form
from enishi.kit.http.answers import attached, emptying_browser
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.kit.i18n import LazyText, gettext

CLOSE = "accounts/close.html"


class ClosingPages(Controller):
    path = "/me"

    @get("/data", name="accounts:data", access=SIGNED_IN)
    async def data(self) -> Template:
        return Template("accounts/data.html", context={"domains": _what_is_held()})

    @post("/data", name="accounts:export-data", access=RECENT, status_code=200)
    async def export(self, actor: CurrentActor) -> Stream:
        """Stream a new file to this session only: there is no link that others could open."""
        await service.record_export(actor)
        name = f"enishi-{clock.today():%Y%m%d}.json"
        return Stream(
            service.export(actor.id),
            media_type="application/json; charset=utf-8",
            headers=attached(name),
        )

    @get("/close", name="accounts:close", access=RECENT)
    async def ask(self) -> Template:
        return Template(CLOSE, context={**await _close_context(), "form": Form()})

    @post("/close", name="accounts:close-account", access=RECENT, status_code=200)
    async def close(self, request: AnyRequest, actor: CurrentActor) -> Template | Redirect:
        form = await read_form(request, ClosingForm)
        if form.value is None:
            form.refuse("understood", gettext("内容を確認し、印を付けてください。"))
        async with submitted(request, actor.id, form, "understood") as sent:
            if sent.is_new:
                await service.close(actor)
                sent.go_to("accounts:sign-in", query={"closed": "1"})
                sent.cookies = [cookies.session_cookie_gone(), cookies.device_cookie_gone()]
        answer = await sent.answer(CLOSE, _close_context)
        return emptying_browser(answer) if sent.is_done else answer


async def _close_context() -> dict[str, Any]:
    return {"stays": _what_stays()}


def _what_is_held() -> list[tuple[LazyText, list[str]]]:
    """For each domain the purposes of its columns, without repeats."""
    return [
        (declared.title, list(dict.fromkeys(str(c.purpose) for c in declared.columns.values())))
        for declared in personal_data.declarations()
    ]


def _what_stays() -> list[tuple[str, str]]:
    """The purposes of what is not erased, each with its reason."""
    return list(
        dict.fromkeys(
            (str(column.purpose), str(column.kept_because))
            for column in personal_data.declared_columns().values()
            if column.fate is Fate.KEPT and column.kept_because is not None
        )
    )
