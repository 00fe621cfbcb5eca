"""My page: profile, devices, consents, and the header's fragment."""

import uuid
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts import consents as known_consents
from enishi.accounts import memberships, policies, queries
from enishi.accounts.access import ANYONE, SIGNED_IN, CurrentActor, OptionalActor
from enishi.accounts.pages import cookies
from enishi.accounts.pages.cookies import AnyRequest
from enishi.accounts.schemas import Actor, GuardianForm, ProfileForm
from enishi.accounts.service import guardians, profile
from enishi.accounts.service import sign_in as service
from enishi.kit import clock
from enishi.kit.errors import NotFoundError
from enishi.kit.forms import Form
from enishi.kit.http.answers import PRIVATE, do_once, emptying_browser, go_to
from enishi.kit.http.network import network_of_request
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.places.picker import while_choosing

PAGE = "accounts/me.html"


class MyPages(Controller):
    path = "/me"

    @get("/", name="accounts:me", access=SIGNED_IN)
    async def show(self, request: AnyRequest, actor: CurrentActor) -> Template:
        context = await _profile_context(request, actor)
        return Template(
            PAGE,
            context={**context, "form": Form()},
            cookies=cookies.renewed_session(request),
        )

    @post("/", name="accounts:save-profile", access=SIGNED_IN, status_code=200)
    async def save(self, request: AnyRequest, actor: CurrentActor) -> Template | Redirect:
        form = while_choosing(await read_form(request, ProfileForm), "home_municipality")
        async with submitted(request, actor.id, form) as sent:
            if sent.is_new:
                await profile.update_profile(actor, sent.value, form.text("seen"))
                sent.go_to("accounts:me", sent.value.language, query={"saved": "1"})
        return await sent.answer(PAGE, lambda: _profile_context(request, actor))

    @post("/guardian", name="accounts:ask-guardian", access=SIGNED_IN, status_code=200)
    async def ask_guardian(self, request: AnyRequest, actor: CurrentActor) -> Template | Redirect:
        form = await read_form(request, GuardianForm)
        async with submitted(request, actor.id, form, "guardian_address") as sent:
            if sent.is_new:
                network = network_of_request(request.scope)
                await guardians.ask_again(actor, sent.value.guardian_address, network)
                sent.go_to("accounts:me", query={"asked": "1"})
        return await sent.answer(PAGE, lambda: _profile_context(request, actor))

    @get("/devices", name="accounts:devices", access=SIGNED_IN)
    async def devices(self, request: AnyRequest, actor: CurrentActor) -> Template:
        return Template(
            "accounts/devices.html",
            context={
                "devices": await queries.list_sessions(actor.id),
                "here": actor.session_id,
                "saved": "saved" in request.query_params,
            },
        )

    @post("/devices/end-all", name="accounts:end-all-devices", access=SIGNED_IN, status_code=303)
    async def end_all(self, request: AnyRequest, actor: CurrentActor) -> Redirect:
        await do_once(request, actor.id, lambda: service.sign_out_everywhere(actor))
        gone = [cookies.session_cookie_gone()]
        return emptying_browser(go_to("accounts:sign-in", cookies=gone))

    @post(
        "/devices/{session_id:uuid}/end",
        name="accounts:end-device",
        access=SIGNED_IN,
        status_code=303,
    )
    async def end_device(
        self, request: AnyRequest, actor: CurrentActor, session_id: FromPath[uuid.UUID]
    ) -> Redirect:
        await do_once(request, actor.id, lambda: service.end_session(actor, session_id))
        if session_id == actor.session_id:
            gone = [cookies.session_cookie_gone()]
            return emptying_browser(go_to("accounts:sign-in", cookies=gone))
        return go_to("accounts:devices", query={"saved": "1"})

    @get("/consents", name="accounts:consents", access=SIGNED_IN)
    async def consents(self, request: AnyRequest, actor: CurrentActor) -> Template:
        optional = [each for each in known_consents.CONSENTS.values() if each.is_optional]
        given = {
            each.purpose: await queries.has_consented(actor.id, each.purpose) for each in optional
        }
        return Template(
            "accounts/consents.html",
            context={
                "optional": [(each, given[each.purpose]) for each in optional],
                "entries": await queries.list_consents(actor.id),
                "titles": {each.purpose: each.title for each in known_consents.CONSENTS.values()},
                "saved": "saved" in request.query_params,
            },
        )

    @post(
        "/consents/{purpose:str}/{act:str}",
        name="accounts:set-consent",
        access=SIGNED_IN,
        status_code=303,
    )
    async def set_consent(
        self, request: AnyRequest, actor: CurrentActor, purpose: FromPath[str], act: FromPath[str]
    ) -> Redirect:
        consent = known_consents.CONSENTS.get(purpose)
        if consent is None or not consent.is_optional or act not in ("give", "withdraw"):
            raise NotFoundError
        await do_once(
            request, actor.id, lambda: profile.set_consent(actor, consent, given=act == "give")
        )
        return go_to("accounts:consents", query={"saved": "1"})

    @get("/_navigation", name="accounts:navigation", access=ANYONE)
    async def navigation(
        self, request: AnyRequest, visitor: OptionalActor
    ) -> Template | Response[None]:
        """The signed-in part of the header: a fragment, because public pages are cached."""
        if visitor is None:
            return Response(None, status_code=204)
        return Template(
            "accounts/_navigation.html",
            context={"name": visitor.display_name, "memberships": visitor.memberships},
            cookies=cookies.renewed_session(request),
            headers=PRIVATE,
        )


async def _profile_context(request: AnyRequest, actor: Actor) -> dict[str, Any]:
    account = await queries.get_account(actor.id)
    needs_guardian = not policies.can_act_in_public(actor, clock.now())
    return {
        "account": account,
        # Not from the session: its copy may hold an older name of the organisation.
        "offices": await memberships.list_of(actor.id) if actor.memberships else (),
        "needs_guardian": needs_guardian,
        "guardian_asked": needs_guardian and await queries.is_guardian_asked(actor.id),
        "saved": "saved" in request.query_params,
        "asked": "asked" in request.query_params,
    }
