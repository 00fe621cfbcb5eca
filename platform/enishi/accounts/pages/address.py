"""Changing the mail address: a code to the old mailbox and one to the new."""

import uuid
from typing import Any

from litestar import Controller, get, post
from litestar.response import Redirect, Template

from enishi.accounts import one_time_codes, queries
from enishi.accounts.access import RECENT, CurrentActor
from enishi.accounts.pages import cookies
from enishi.accounts.pages.cookies import AnyRequest, Asked
from enishi.accounts.schemas import Actor, AddressChangeCodesForm, AddressForm
from enishi.accounts.service import profile
from enishi.accounts.tables import ChallengePurpose
from enishi.kit.errors import EnishiError
from enishi.kit.forms import Form
from enishi.kit.http import submissions
from enishi.kit.http.answers import go_to_path, refused
from enishi.kit.http.submissions import read_form

PAGE, CODES = "accounts/address.html", "accounts/address_codes.html"


class AddressPages(Controller):
    path = "/me/address"

    @get("/", name="accounts:address", access=RECENT)
    async def show(self, actor: CurrentActor) -> Template:
        return Template(PAGE, context={**await _context(actor), "form": Form()})

    @post("/", name="accounts:request-address-change", access=RECENT, status_code=200)
    async def request_change(self, request: AnyRequest, actor: CurrentActor) -> Template | Redirect:
        form = await read_form(request, AddressForm)
        if form.value is None:
            return refused(PAGE, form, **await _context(actor))
        try:
            async with await submissions.once(request, actor.id) as attempt:
                if attempt.replayed is None:
                    change = await profile.request_address_change(
                        actor, form.value.address, cookies.asker(request)
                    )
                    attempt.done(challenges=[change.old.hex, change.new.hex])
        except EnishiError as error:
            return refused(PAGE, form, error, "address", **await _context(actor))
        outcome = attempt.replayed or attempt.outcome or {}
        ids = tuple(uuid.UUID(each) for each in outcome["challenges"])
        return go_to_path("/me/address/codes", [cookies.asked_cookie(Asked(ids))])

    @get("/codes", name="accounts:address-codes", access=RECENT)
    async def show_codes(self, request: AnyRequest) -> Template | Redirect:
        return await _codes_page(request, Form())

    @post("/codes", name="accounts:change-address", access=RECENT, status_code=200)
    async def change(self, request: AnyRequest, actor: CurrentActor) -> Template | Redirect:
        form = await read_form(request, AddressChangeCodesForm)
        asked = cookies.read_asked(request)
        if form.value is None or asked is None or len(asked.challenge_ids) != 2:
            return await _codes_page(request, form)
        asker = cookies.asker(request)
        field = "old_code"
        try:
            old = await one_time_codes.prove(
                ChallengePurpose.OLD_ADDRESS, asked.challenge_ids[0], form.value.old_code, asker
            )
            field = "new_code"
            new = await one_time_codes.prove(
                ChallengePurpose.NEW_ADDRESS, asked.challenge_ids[1], form.value.new_code, asker
            )
            async with await submissions.once(request, actor.id) as attempt:
                if attempt.replayed is None:
                    await profile.change_address(actor, old, new)
                    attempt.done()
        except EnishiError as error:
            return await _codes_page(request, form, error, field)
        gone = [cookies.session_cookie_gone(), cookies.asked_cookie_gone()]
        return go_to_path("/sign-in?changed=1", gone)


async def _context(actor: Actor) -> dict[str, Any]:
    return {"account": await queries.get_account(actor.id)}


async def _codes_page(
    request: AnyRequest,
    form: Form[AddressChangeCodesForm],
    error: EnishiError | None = None,
    field: str = "",
) -> Template | Redirect:
    asked = cookies.read_asked(request)
    if asked is None or len(asked.challenge_ids) != 2:
        return go_to_path("/me/address")
    old, new = [await one_time_codes.find_address(each) for each in asked.challenge_ids]
    if old is None or new is None:
        return go_to_path("/me/address")
    context = {"old_address": old, "new_address": new}
    if error is not None or form.errors:
        return refused(CODES, form, error, field, **context)
    return Template(CODES, context={**context, "form": form})
