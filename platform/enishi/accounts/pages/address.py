"""Changing the mail address: a code to the old mailbox and one to the new."""

import uuid
from typing import Any

from litestar import Controller, get, post
from litestar.response import Redirect, Template

from enishi.accounts import one_time_codes, queries
from enishi.accounts.access import RECENT, CurrentActor
from enishi.accounts.one_time_codes import Proved
from enishi.accounts.pages import cookies
from enishi.accounts.pages.cookies import AnyRequest, Asked
from enishi.accounts.schemas import Actor, AddressChangeCodesForm, AddressForm
from enishi.accounts.service import profile
from enishi.accounts.tables import ChallengePurpose
from enishi.kit.forms import Form
from enishi.kit.http.answers import do_once, emptying_browser, go_to
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import attempted, submitted

PAGE, CODES = "accounts/address.html", "accounts/address_codes.html"


class AddressPages(Controller):
    path = "/me/address"

    @get("/", name="accounts:address", access=RECENT)
    async def show(self, actor: CurrentActor) -> Template:
        return Template(PAGE, context={**await _context(actor), "form": Form()})

    @post("/", name="accounts:request-address-change", access=RECENT, status_code=200)
    async def request_change(self, request: AnyRequest, actor: CurrentActor) -> Template | Redirect:
        form = await read_form(request, AddressForm)
        async with submitted(request, actor.id, form, "address") as sent:
            if sent.is_new:
                change = await profile.request_address_change(
                    actor, sent.value.address, cookies.asker(request)
                )
                sent.outcome["challenges"] = [change.old.hex, change.new.hex]
                sent.go_to("accounts:address-codes")
        if sent.is_done:
            ids = tuple(uuid.UUID(each) for each in sent.outcome["challenges"])
            sent.cookies = [cookies.asked_cookie(Asked(ids))]
        return await sent.answer(PAGE, lambda: _context(actor))

    @get("/codes", name="accounts:address-codes", access=RECENT)
    async def show_codes(self, request: AnyRequest) -> Template | Redirect:
        mailboxes = await _mailboxes(cookies.read_asked(request, codes=2))
        if mailboxes is None:
            return go_to("accounts:address")
        return Template(CODES, context={**await _codes_context(mailboxes), "form": Form()})

    @post(
        "/codes",
        name="accounts:change-address",
        access=RECENT,
        status_code=200,
        secret_fields=("old_code", "new_code"),
    )
    async def change(self, request: AnyRequest, actor: CurrentActor) -> Template | Redirect:
        asked = cookies.read_asked(request, codes=2)
        mailboxes = await _mailboxes(asked)
        if asked is None or mailboxes is None:
            return go_to("accounts:address")
        form = await read_form(request, AddressChangeCodesForm)
        async with attempted(form, "new_code") as sent:
            if sent.is_new:
                # Outside the unit of work of the change: a wrong code costs a try for good.
                old, new = await _prove(request, asked, sent.value)
                await do_once(request, actor.id, lambda: profile.change_address(actor, old, new))
                sent.go_to("accounts:sign-in", query={"changed": "1"})
                sent.cookies = [cookies.session_cookie_gone(), cookies.asked_cookie_gone()]
        answer = await sent.answer(CODES, lambda: _codes_context(mailboxes))
        return emptying_browser(answer) if sent.is_done else answer


async def _context(actor: Actor) -> dict[str, Any]:
    return {"account": await queries.get_account(actor.id)}


async def _mailboxes(asked: Asked | None) -> tuple[str, str] | None:
    """The mailboxes that the two codes went to; None once one of the codes was deleted."""
    if asked is None:
        return None
    old, new = [await one_time_codes.find_address(each) for each in asked.challenge_ids]
    return (old, new) if old is not None and new is not None else None


async def _codes_context(mailboxes: tuple[str, str]) -> dict[str, Any]:
    old_address, new_address = mailboxes
    return {"old_address": old_address, "new_address": new_address}


async def _prove(
    request: AnyRequest, asked: Asked, typed: AddressChangeCodesForm
) -> tuple[Proved, Proved]:
    asker = cookies.asker(request)
    old_id, new_id = asked.challenge_ids
    return (
        await one_time_codes.prove(ChallengePurpose.OLD_ADDRESS, old_id, typed.old_code, asker),
        await one_time_codes.prove(ChallengePurpose.NEW_ADDRESS, new_id, typed.new_code, asker),
    )
