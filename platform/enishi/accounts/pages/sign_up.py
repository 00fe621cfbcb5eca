"""The last step of signing up: name, age, terms."""

import uuid
from typing import Any

from babel.dates import get_month_names
from litestar import Controller, get, post
from litestar.response import Redirect, Template

from enishi.accounts import consents, one_time_codes
from enishi.accounts.access import ANYONE
from enishi.accounts.one_time_codes import Proved
from enishi.accounts.pages import cookies
from enishi.accounts.pages.cookies import AnyRequest, Asked
from enishi.accounts.pages.sign_in import landing
from enishi.accounts.schemas import SignUpForm
from enishi.accounts.service import sign_in as service
from enishi.accounts.user_agents import browser_family
from enishi.kit.errors import EnishiError
from enishi.kit.forms import Form
from enishi.kit.http import submissions
from enishi.kit.http.answers import go_to_path, refused
from enishi.kit.http.submissions import read_form
from enishi.kit.i18n import current_language, gettext

PAGE = "accounts/sign_up.html"


class SignUpPages(Controller):
    path = "/sign-up"

    @get("/", name="accounts:sign-up", access=ANYONE)
    async def show(self, request: AnyRequest) -> Template | Redirect:
        found = await _proved(request)
        if found is None:
            return go_to_path("/sign-in")
        return Template(PAGE, context={"form": Form(), **_context(found[1])})

    @post("/", name="accounts:open-account", access=ANYONE, status_code=200)
    async def open_account(self, request: AnyRequest) -> Template | Redirect:
        found = await _proved(request)
        form = await read_form(request, SignUpForm)
        asked = cookies.read_asked(request)
        if asked is None or len(asked.challenge_ids) != 1:
            return go_to_path("/sign-in")
        if form.value is not None and found is not None:
            _check_age(form, form.value, found[1])
        if form.errors:
            return refused(PAGE, _worded(form), **_context(found[1] if found else None))
        try:
            return await _sign_up(request, form, asked, found[1] if found else None)
        except EnishiError as error:
            return refused(PAGE, form, error, **_context(found[1] if found else None))


async def _proved(request: AnyRequest) -> tuple[Asked, Proved] | None:
    asked = cookies.read_asked(request)
    if asked is None or len(asked.challenge_ids) != 1:
        return None
    proved = await one_time_codes.find_proved(asked.challenge_ids[0])
    return (asked, proved) if proved else None


def _context(proved: Proved | None) -> dict[str, Any]:
    return {
        "address": proved.address if proved else "",
        "terms_version": consents.TERMS.version,
        "months": list(get_month_names(locale=current_language().value).items()),
    }


def _check_age(form: Form[SignUpForm], value: SignUpForm, proved: Proved) -> None:
    """What only the answers together tell."""
    if value.age != "under_16":
        return
    if value.birth_year is None:
        form.refuse("birth_year", gettext("生まれた年を入力してください。"))
    if value.birth_month is None:
        form.refuse("birth_month", gettext("生まれた月を選んでください。"))
    if value.guardian_address is None:
        form.refuse("guardian_address", gettext("保護者の方のメールアドレスを入力してください。"))
    elif value.guardian_address == proved.address:
        form.refuse(
            "guardian_address",
            gettext("ご自身のものではない、保護者の方のメールアドレスを入力してください。"),
        )


def _worded(form: Form[SignUpForm]) -> Form[SignUpForm]:
    if form.error("terms"):
        form.refuse("terms", gettext("アカウントを作るには、利用規約への同意が必要です。"))
    if form.error("age"):
        form.refuse("age", gettext("どちらかを選んでください。"))
    return form


async def _sign_up(
    request: AnyRequest, form: Form[SignUpForm], asked: Asked, proved: Proved | None
) -> Redirect:
    browser = browser_family(request.headers.get("user-agent", ""))
    async with await submissions.once(request, asked.challenge_ids[0]) as attempt:
        if attempt.replayed is None:
            if form.value is None or proved is None:
                raise one_time_codes.CodeRefusedError
            signed_in = await service.sign_up(proved, form.value, current_language(), browser)
            attempt.done(
                session=signed_in.session_id.hex,
                account=signed_in.account_id.hex,
            )
    outcome = attempt.replayed or attempt.outcome or {}
    return landing(
        asked.next_path,
        await cookies.session_cookies(uuid.UUID(outcome["session"]), uuid.UUID(outcome["account"])),
    )
