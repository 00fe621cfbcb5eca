"""The pages for registering with a municipality, and for one's own registration."""

import uuid
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import ANYONE, MAY_ACT, SIGNED_IN, CurrentActor, OptionalActor
from enishi.kit.forms import Form
from enishi.kit.http.answers import PRIVATE, do_once, go_to
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.places import queries as places
from enishi.places.schemas import Place
from enishi.relations import labels, queries, service
from enishi.relations.consents import CONSENTS
from enishi.relations.schemas import (
    Registrant,
    RegistrationDetailsForm,
    RegistrationForm,
    RegistrationView,
)

AnyRequest = Request[Any, Any, Any]

FORM, ONE = "relations/form.html", "relations/show.html"
AT_PLACE = "/places/municipalities/{code:str}"
MINE = "/my/places/{registration_id:uuid}"


async def _form_context(place: Place, saved: RegistrationView | None = None) -> dict[str, Any]:
    return {
        "place": place,
        "prefecture": places.get_prefecture(place.prefecture_code),
        "saved": saved,
        "reasons": labels.options(labels.REASONS),
        "interests": labels.options(labels.INTERESTS),
        "consents": [(each.purpose.value, each.title, each.meaning) for each in CONSENTS.values()],
    }


@get(AT_PLACE + "/register", name="relations:new", access=MAY_ACT)
async def new(actor: CurrentActor, code: FromPath[str]) -> Template | Redirect:
    place = places.get_municipality(code)
    registration = await queries.find_registration(actor.id, place.code)
    if registration is not None:
        return go_to("relations:show", registration_id=registration.id)
    return Template(FORM, context=await _form_context(place) | {"form": Form()})


@post(AT_PLACE + "/register", name="relations:register", access=MAY_ACT, status_code=200)
async def register(
    request: AnyRequest, actor: CurrentActor, code: FromPath[str]
) -> Template | Redirect:
    place = places.get_municipality(code)
    form = await read_form(request, RegistrationDetailsForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            whole = RegistrationForm(municipality=place.code, **sent.value.model_dump())
            registration_id = await service.register(Registrant.of(actor), whole)
            done = {"done": "registered"}
            sent.go_to("relations:show", query=done, registration_id=registration_id)
    return await sent.answer(FORM, lambda: _form_context(place))


@get(AT_PLACE + "/_tie", name="relations:own-registration", access=ANYONE)
async def registration_fragment(
    visitor: OptionalActor, code: FromPath[str]
) -> Template | Response[None]:
    """A person's own part of a place's page: a fragment, because the page itself is cached."""
    place = places.get_municipality(code)
    registration = await queries.find_registration(visitor.id, place.code) if visitor else None
    if registration is None:
        return Response(None, status_code=204)
    return Template(
        "relations/_registration.html",
        context={"place": place, "registration": registration},
        headers=PRIVATE,
    )


@get(MINE, name="relations:show", access=SIGNED_IN)
async def show(
    request: AnyRequest, actor: CurrentActor, registration_id: FromPath[uuid.UUID]
) -> Template:
    """A person's own registration with its consent log; also after it was withdrawn."""
    registration = await queries.get_registration(actor.id, registration_id, or_withdrawn=True)
    done = request.query_params.get("done", "")
    context = {
        "registration": registration,
        "place": places.get_place(registration.municipality_code),
        "prefecture": places.get_prefecture(registration.prefecture_code),
        "tier": labels.TIERS[registration.tier],
        "reasons": [labels.REASONS[each] for each in registration.reasons],
        "interests": [labels.INTERESTS[each] for each in registration.interests],
        "consents": [(each, each.purpose in registration.purposes) for each in CONSENTS.values()],
        "acts": await queries.list_consents(registration.id),
        "titles": {each.purpose: each.title for each in CONSENTS.values()},
        "done": done if done in ("registered", "changed") else "",
    }
    return Template(ONE, context=context)


@get(MINE + "/edit", name="relations:edit", access=MAY_ACT)
async def edit(actor: CurrentActor, registration_id: FromPath[uuid.UUID]) -> Template:
    registration = await queries.get_registration(actor.id, registration_id)
    place = places.get_place(registration.municipality_code)
    return Template(FORM, context=await _form_context(place, registration) | {"form": Form()})


@post(MINE + "/edit", name="relations:change", access=MAY_ACT, status_code=200)
async def change(
    request: AnyRequest, actor: CurrentActor, registration_id: FromPath[uuid.UUID]
) -> Template | Redirect:
    registration = await queries.get_registration(actor.id, registration_id)
    form = await read_form(request, RegistrationDetailsForm)
    place = places.get_place(registration.municipality_code)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            await service.change(
                Registrant.of(actor), registration.id, sent.value, form.text("seen")
            )
            done = {"done": "changed"}
            sent.go_to("relations:show", query=done, registration_id=registration.id)
    return await sent.answer(FORM, lambda: _form_context(place, registration))


@get(MINE + "/withdraw", name="relations:ask-withdrawal", access=SIGNED_IN)
async def ask_withdrawal(actor: CurrentActor, registration_id: FromPath[uuid.UUID]) -> Template:
    registration = await queries.get_registration(actor.id, registration_id)
    context = {
        "registration": registration,
        "place": places.get_place(registration.municipality_code),
    }
    return Template("relations/withdraw.html", context=context)


@post(MINE + "/withdraw", name="relations:withdraw", access=SIGNED_IN, status_code=303)
async def withdraw(
    request: AnyRequest, actor: CurrentActor, registration_id: FromPath[uuid.UUID]
) -> Redirect:
    await do_once(
        request, actor.id, lambda: service.withdraw(Registrant.of(actor), registration_id)
    )
    return go_to("relations:mine", query={"done": "withdrawn"})


HANDLERS = [new, register, registration_fragment, show, edit, change, ask_withdrawal, withdraw]
