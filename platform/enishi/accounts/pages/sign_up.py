"""The last step of signing up: name, age, terms."""

from typing import Any

from babel.dates import get_month_names
from litestar import Controller, get, post
from litestar.response import Redirect, Template

from enishi.accounts import consents, one_time_codes
from enishi.accounts.access import ANYONE
from enishi.accounts.errors import CodeRefusedError
from enishi.accounts.one_time_codes import Proved
from enishi.accounts.pages import cookies
from enishi.accounts.pages.cookies import AnyRequest
from enishi.accounts.pages.sign_in import outcome_of
from enishi.accounts.schemas import SignUpForm
from enishi.accounts.service import sign_in as service
from enishi.accounts.user_agents import browser_family
from enishi.kit.forms import Form
from enishi.kit.http.answers import go_to
from enishi.kit.http.network import network_of_request
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.kit.i18n import current_language, gettext

PAGE = "accounts/sign_up.html"


class SignUpPages(Controller):
    path = "/sign-up"
    opt: dict[str, Any] = {"any_identity": True}  # noqa: RUF012 (Litestar's attribute)

    @get("/", name="accounts:sign-up", access=ANYONE)
    async def show(self, request: AnyRequest) -> Template | Redirect:
        asked = cookies.read_asked(request, codes=1)
        proved = await one_time_codes.find_proved(asked.challenge_ids[0]) if asked else None
        if proved is None:
            return go_to("accounts:sign-in")
        return Template(PAGE, context={**await _context(proved), "form": Form()})

    @post("/", name="accounts:open-account", access=ANYONE, status_code=200)
    async def open_account(self, request: AnyRequest) -> Template | Redirect:
        asked = cookies.read_asked(request, codes=1)
        if asked is None:
            return go_to("accounts:sign-in")
        proved = await one_time_codes.find_proved(asked.challenge_ids[0])
        form = _worded(await read_form(request, SignUpForm))
        browser = browser_family(request.headers.get("user-agent", ""))
        async with submitted(request, asked.challenge_ids[0], form) as sent:
            if sent.is_new:
                if proved is None:
                    raise CodeRefusedError
                network = network_of_request(request.scope)
                signed_in = await service.sign_up(
                    proved, sent.value, current_language(), browser, network
                )
                sent.outcome = outcome_of(signed_in, asked.next_path)
        if sent.is_done:
            sent.cookies = await cookies.session_cookies(sent.outcome)
        return await sent.answer(PAGE, lambda: _context(proved))


async def _context(proved: Proved | None) -> dict[str, Any]:
    return {
        "address": proved.address if proved else "",
        "terms_version": consents.TERMS.version,
        "months": list(get_month_names(locale=current_language().value).items()),
    }


def _worded(form: Form[SignUpForm]) -> Form[SignUpForm]:
    """Replace general messages by those of this page."""
    if form.error("terms"):
        form.refuse("terms", gettext("アカウントを作るには、利用規約への同意が必要です。"))
    if form.error("age"):
        form.refuse("age", gettext("どちらかを選んでください。"))
    return form
