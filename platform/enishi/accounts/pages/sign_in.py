"""Signing in: the address, then the code from the mail."""

import uuid
from typing import Any

from litestar import Controller, get, post
from litestar.datastructures import Cookie
from litestar.response import Redirect, Template

from enishi.accounts import one_time_codes, policies
from enishi.accounts.access import ANYONE, SIGNED_IN, CurrentActor, OptionalActor
from enishi.accounts.pages import cookies
from enishi.accounts.pages.cookies import AnyRequest, Asked
from enishi.accounts.schemas import Actor, AddressForm, CodeForm
from enishi.accounts.service import sign_in as service
from enishi.accounts.tables import ChallengePurpose
from enishi.accounts.user_agents import browser_family
from enishi.kit import clock
from enishi.kit.errors import EnishiError, TooManyRequestsError
from enishi.kit.forms import Form
from enishi.kit.http import submissions
from enishi.kit.http.answers import do_once, go_to_path, refused
from enishi.kit.http.submissions import read_form
from enishi.kit.i18n import current_language

FORM, CODE = "accounts/sign_in.html", "accounts/code.html"


class SignInPages(Controller):
    path = "/sign-in"

    @get("/", name="accounts:sign-in", access=ANYONE)
    async def show(self, request: AnyRequest, visitor: OptionalActor) -> Template | Redirect:
        next_path = cookies.safe_path(request.query_params.get("next", ""))
        if visitor is not None and not _must_sign_in_again(visitor, next_path):
            return Redirect(next_path, status_code=303) if next_path else go_to_path("/me")
        return Template(FORM, context=_form_context(request, next_path) | {"form": Form()})

    @post("/", name="accounts:request-code", access=ANYONE, status_code=200)
    async def request_code(self, request: AnyRequest) -> Template | Redirect:
        form = await read_form(request, AddressForm)
        next_path = cookies.safe_path(str((await request.form()).get("next", "")))
        if form.value is None:
            return refused(FORM, form, **_form_context(request, next_path))
        try:
            return await _send_code(request, form.value.address, next_path)
        except TooManyRequestsError as error:
            return refused(FORM, form, error, "address", **_form_context(request, next_path))

    @get("/code", name="accounts:code", access=ANYONE)
    async def show_code(self, request: AnyRequest) -> Template | Redirect:
        return await _code_page(request, Form())

    @post("/code", name="accounts:prove-code", access=ANYONE, status_code=200)
    async def prove_code(self, request: AnyRequest) -> Template | Redirect:
        form = await read_form(request, CodeForm)
        asked = cookies.read_asked(request)
        if asked is None or len(asked.challenge_ids) != 1:
            return go_to_path("/sign-in")
        if form.value is None:
            return await _code_page(request, form)
        try:
            # Outside the unit of work below: a wrong code costs a try for good.
            proved = await one_time_codes.prove(
                ChallengePurpose.SIGN_IN,
                asked.challenge_ids[0],
                form.value.code,
                cookies.asker(request),
            )
            return await _sign_in(request, proved, asked)
        except EnishiError as error:
            return await _code_page(request, form, error)

    @post("/code/again", name="accounts:code-again", access=ANYONE, status_code=200)
    async def send_again(self, request: AnyRequest) -> Template | Redirect:
        asked = cookies.read_asked(request)
        address = await one_time_codes.find_address(asked.challenge_ids[0]) if asked else None
        if asked is None or address is None:
            return go_to_path("/sign-in")
        try:
            return await _send_code(request, address, asked.next_path)
        except TooManyRequestsError as error:
            return await _code_page(request, Form(), error)

    @post("/out", name="accounts:sign-out", access=SIGNED_IN, status_code=303)
    async def sign_out(self, request: AnyRequest, actor: CurrentActor) -> Redirect:
        await do_once(request, actor.session_id, lambda: service.sign_out(actor))
        return go_to_path("/", [cookies.session_cookie_gone()])


def _form_context(request: AnyRequest, next_path: str) -> dict[str, Any]:
    done = next((each for each in ("closed", "changed") if each in request.query_params), "")
    return {"next_path": next_path, "done": done}


def _must_sign_in_again(visitor: Actor, next_path: str) -> bool:
    """A page that needs a fresh sign-in sends people here although they are signed in."""
    return bool(next_path) and not policies.has_signed_in_recently(visitor, clock.now())


async def _send_code(request: AnyRequest, address: str, next_path: str) -> Redirect:
    asker = cookies.asker(request)
    async with await submissions.once(request, asker.network) as attempt:
        if attempt.replayed is None:
            challenge_id = await service.request_code(address, asker, current_language())
            attempt.done(challenge=challenge_id.hex)
    outcome = attempt.replayed or attempt.outcome or {}
    challenge = uuid.UUID(outcome["challenge"])
    return go_to_path("/sign-in/code", [cookies.asked_cookie(Asked((challenge,), next_path))])


async def _sign_in(request: AnyRequest, proved: one_time_codes.Proved, asked: Asked) -> Redirect:
    browser = browser_family(request.headers.get("user-agent", ""))
    async with await submissions.once(request, proved.challenge_id) as attempt:
        if attempt.replayed is None:
            signed_in = await service.sign_in(proved, browser)
            if signed_in is None:
                attempt.done()
            else:
                attempt.done(session=signed_in.session_id.hex, account=signed_in.account_id.hex)
    outcome = attempt.replayed or attempt.outcome or {}
    if "session" not in outcome:
        return go_to_path("/sign-up")
    return landing(
        asked.next_path,
        await cookies.session_cookies(uuid.UUID(outcome["session"]), uuid.UUID(outcome["account"])),
    )


def landing(next_path: str, set_cookies: list[Cookie]) -> Redirect:
    """Where somebody who has just signed in goes: back to the page that asked for it."""
    path = cookies.safe_path(next_path) or f"/{current_language()}/me"
    return Redirect(path, status_code=303, cookies=set_cookies)


async def _code_page(
    request: AnyRequest, form: Form[CodeForm], error: EnishiError | None = None
) -> Template | Redirect:
    asked = cookies.read_asked(request)
    address = await one_time_codes.find_address(asked.challenge_ids[0]) if asked else None
    if address is None:
        return go_to_path("/sign-in")
    context = {"address": address, "minutes": int(one_time_codes.VALID_FOR.total_seconds() // 60)}
    if error is not None or form.errors:
        return refused(CODE, form, error, "code", **context)
    return Template(CODE, context={**context, "form": form})
