"""Signing in: the address, then the code from the mail."""

import uuid
from collections.abc import Mapping
from typing import Any

from litestar import Controller, get, post
from litestar.datastructures import Cookie
from litestar.response import Redirect, Template

from enishi.accounts import memberships, one_time_codes, policies
from enishi.accounts.access import ANYONE, RECENT, SIGNED_IN, CurrentActor, OptionalActor
from enishi.accounts.one_time_codes import Proved
from enishi.accounts.pages import cookies
from enishi.accounts.pages.cookies import AnyRequest, Asked
from enishi.accounts.schemas import Actor, AddressForm, CodeForm, NoFieldsForm
from enishi.accounts.service import sign_in as service
from enishi.accounts.service.sign_in import SignedIn
from enishi.accounts.tables import ChallengePurpose
from enishi.accounts.user_agents import browser_family
from enishi.kit import clock
from enishi.kit.forms import Form
from enishi.kit.http import submissions
from enishi.kit.http.answers import do_once, emptying_browser, go_to, see_other
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import attempted, submitted
from enishi.kit.i18n import current_language
from enishi.kit.links import link

FORM, CODE = "accounts/sign_in.html", "accounts/code.html"


class SignInPages(Controller):
    path = "/sign-in"
    opt: dict[str, Any] = {"any_identity": True}  # noqa: RUF012 (Litestar's attribute)

    @get("/", name="accounts:sign-in", access=ANYONE)
    async def show(self, request: AnyRequest, visitor: OptionalActor) -> Template | Redirect:
        next_path = cookies.safe_path(request.query_params.get("next", ""))
        if visitor is not None and not _must_sign_in_again(visitor, next_path):
            return see_other(next_path or first_page(is_member=bool(visitor.memberships)))
        return Template(FORM, context={**await _form_context(request, next_path), "form": Form()})

    @post("/", name="accounts:request-code", access=ANYONE, status_code=200)
    async def request_code(self, request: AnyRequest) -> Template | Redirect:
        form = await read_form(request, AddressForm)
        next_path = cookies.safe_path(str((await request.form()).get("next", "")))
        asker = cookies.asker(request)
        async with submitted(request, asker.network, form, "address") as sent:
            if sent.is_new:
                challenge_id = await service.request_code(
                    sent.value.address, asker, current_language()
                )
                sent.outcome["challenge"] = challenge_id.hex
                sent.go_to("accounts:code")
        sent.cookies = _asked_cookies(sent.outcome, next_path)
        return await sent.answer(FORM, lambda: _form_context(request, next_path))

    @get("/code", name="accounts:code", access=ANYONE)
    async def show_code(self, request: AnyRequest) -> Template | Redirect:
        address = await _asked_address(cookies.read_asked(request, codes=1))
        if address is None:
            return go_to("accounts:sign-in")
        return Template(CODE, context={**await _code_context(address), "form": Form()})

    @post(
        "/code",
        name="accounts:prove-code",
        access=ANYONE,
        status_code=200,
        secret_fields=("code",),
    )
    async def prove_code(self, request: AnyRequest) -> Template | Redirect:
        form = await read_form(request, CodeForm)
        asked = cookies.read_asked(request, codes=1)
        if asked is None:
            return go_to("accounts:sign-in")
        async with attempted(form, "code") as sent:
            if sent.is_new:
                # Outside the unit of work of the sign-in: a wrong code costs a try for good.
                proved = await one_time_codes.prove(
                    ChallengePurpose.SIGN_IN,
                    asked.challenge_ids[0],
                    sent.value.code,
                    cookies.asker(request),
                )
                sent.outcome = await _sign_in(request, proved, asked.next_path)
        address = None
        if sent.is_done:
            sent.cookies = await cookies.session_cookies(sent.outcome)
        elif (address := await _asked_address(asked)) is None:
            return go_to("accounts:sign-in")
        return await sent.answer(CODE, lambda: _code_context(address))

    @post("/code/again", name="accounts:code-again", access=ANYONE, status_code=200)
    async def send_again(self, request: AnyRequest) -> Template | Redirect:
        form = await read_form(request, NoFieldsForm)
        asked = cookies.read_asked(request, codes=1)
        address = await _asked_address(asked)
        if asked is None or address is None:
            return go_to("accounts:sign-in")
        asker = cookies.asker(request)
        async with submitted(request, asker.network, form, "code") as sent:
            if sent.is_new:
                challenge_id = await service.request_code(address, asker, current_language())
                sent.outcome["challenge"] = challenge_id.hex
                sent.go_to("accounts:code")
        sent.cookies = _asked_cookies(sent.outcome, asked.next_path)
        return await sent.answer(CODE, lambda: _code_context(address))

    @get("/done", name="accounts:signed-in", access=RECENT)
    async def signed_in(self) -> Template:
        """The end of a sign-in in another tab: a kept form waits in the first one."""
        return Template("accounts/signed_in.html")

    @post("/out", name="accounts:sign-out", access=SIGNED_IN, status_code=303)
    async def sign_out(self, request: AnyRequest, actor: CurrentActor) -> Redirect:
        await do_once(request, actor.session_id, lambda: service.sign_out(actor))
        gone = [cookies.session_cookie_gone()]
        return emptying_browser(go_to("home:index", cookies=gone))


async def _form_context(request: AnyRequest, next_path: str) -> dict[str, Any]:
    done = next((each for each in ("closed", "changed") if each in request.query_params), "")
    return {"next_path": next_path, "done": done}


def _must_sign_in_again(visitor: Actor, next_path: str) -> bool:
    """Whether a page that needs a recent sign-in sent a person here who is signed in."""
    return bool(next_path) and not policies.has_signed_in_recently(visitor, clock.now())


def _asked_cookies(outcome: Mapping[str, Any], next_path: str) -> list[Cookie]:
    """The cookie for the code that was sent, also for a repeated form."""
    if "challenge" not in outcome:
        return []
    return [cookies.asked_cookie(Asked((uuid.UUID(outcome["challenge"]),), next_path))]


async def _asked_address(asked: Asked | None) -> str | None:
    """The mailbox that the code went to; None without a code, and once it was deleted."""
    return await one_time_codes.find_address(asked.challenge_ids[0]) if asked else None


async def _code_context(address: str | None) -> dict[str, Any]:
    return {"address": address, "minutes": int(one_time_codes.VALID_FOR.total_seconds() // 60)}


async def _sign_in(request: AnyRequest, proved: Proved, next_path: str) -> dict[str, Any]:
    """Begin a session once for this form; the outcome leads to it, or to signing up."""
    browser = browser_family(request.headers.get("user-agent", ""))
    async with await submissions.once(request, proved.challenge_id) as attempt:
        if attempt.replayed is None:
            signed_in = await service.sign_in(proved, browser)
            roles = await memberships.list_of(signed_in.account_id) if signed_in else ()
            attempt.done(**outcome_of(signed_in, next_path, is_member=bool(roles)))
    return attempt.replayed or attempt.outcome or {}


def first_page(*, is_member: bool) -> str:
    """Where a sign-in leads that no page asked for: members of an office come to work there."""
    return link("office:choose" if is_member else "accounts:me")


def outcome_of(
    signed_in: SignedIn | None, next_path: str, *, is_member: bool = False
) -> dict[str, Any]:
    """What a form keeps of a sign-in: the ids for the cookies, and the page to go to.

    None, a mailbox without an account, leads to signing up.
    """
    if signed_in is None:
        return {"to": link("accounts:sign-up")}
    return {
        "session": signed_in.session_id.hex,
        "account": signed_in.account_id.hex,
        "to": cookies.safe_path(next_path) or first_page(is_member=is_member),
    }
