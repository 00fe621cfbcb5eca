"""Which texts are under an argument: choosing them, taking them out, splitting them off."""

import uuid
from collections.abc import Awaitable
from typing import Any
from urllib.parse import urlencode

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.consultations.arguments import queries, service
from enishi.consultations.arguments.schemas import MovingAct, MovingForm, PlacingForm, Search, Shown
from enishi.consultations.core import queries as consultations
from enishi.consultations.office.pages.arguments import ARGUMENT, one_context
from enishi.consultations.office.pages.dialogue import EDITOR, AnyRequest
from enishi.kit.forms import Form
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.organisations.access import CurrentOrganisation

_MEMBERS = "consultations/office_argument_texts.html"
_CHOICE = "consultations/office_argument_choice.html"
_LONGEST_WORDS = 100


def _search_of(request: AnyRequest) -> Search:
    """The search in a query string. Of what is no choice, the first one is taken."""
    query = request.query_params
    return Search(
        words=query.get("q", "").replace("\0", "")[:_LONGEST_WORDS],
        shown=Shown.ALL if query.get("texts") == Shown.ALL else Shown.UNPLACED,
        after=query.get("after") or None,
    )


def _search_in(search: Search) -> dict[str, str]:
    """The query string of the list that a search found, from its first page."""
    query = {"texts": search.shown.value}
    return query | ({"q": search.words} if search.words else {})


async def _choice(opened: Awaitable[dict[str, Any]], search: Search) -> dict[str, Any]:
    context = await opened
    consultation, argument = context["consultation"], context["argument"]
    page = await queries.list_choice(consultation.id, argument.id, search)
    query = _search_in(search)
    return context | {
        "rows": page.rows,
        "search": search,
        "query": urlencode(query),
        "next_page": f"?{urlencode(query | {'after': page.next_cursor})}"
        if page.next_cursor
        else "",
        "unplaced": await queries.count_unplaced(consultation.id),
    }


@get(ARGUMENT + "/choose", name="office:choose-texts", access=EDITOR)
async def choose(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    argument_id: FromPath[uuid.UUID],
) -> Template:
    opened = one_context(request, actor, organisation, slug, argument_id)
    search = _search_of(request)
    return Template(_CHOICE, context=await _choice(opened, search) | {"form": Form()})


@post(ARGUMENT + "/choose", name="office:place-texts", access=EDITOR, status_code=200)
async def place(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    argument_id: FromPath[uuid.UUID],
) -> Template | Redirect:
    """The query string is that of the list, so that the next texts of one search follow."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    search = _search_of(request)
    form = await read_form(request, PlacingForm)
    async with submitted(request, actor.id, form, "texts") as sent:
        if sent.is_new:
            await service.place(actor, consultation, argument_id, sent.value.texts)
            sent.go_to(
                "office:choose-texts",
                organisation_slug=organisation.slug,
                slug=slug,
                argument_id=argument_id,
                query=_search_in(search) | {"done": "placed"},
            )
    return await sent.answer(
        _CHOICE,
        lambda: _choice(one_context(request, actor, organisation, slug, argument_id), search),
    )


async def _members(opened: Awaitable[dict[str, Any]], after: str | None = None) -> dict[str, Any]:
    context = await opened
    consultation, argument = context["consultation"], context["argument"]
    page = await queries.list_texts(consultation.id, argument.id, after)
    return context | {"rows": page.rows, "next_cursor": page.next_cursor}


@get(ARGUMENT + "/texts", name="office:argument-texts", access=EDITOR)
async def members(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    argument_id: FromPath[uuid.UUID],
) -> Template:
    after = request.query_params.get("after") or None
    opened = one_context(request, actor, organisation, slug, argument_id)
    return Template(_MEMBERS, context=await _members(opened, after) | {"form": Form()})


@post(ARGUMENT + "/texts", name="office:move-texts", access=EDITOR, status_code=200)
async def move(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    argument_id: FromPath[uuid.UUID],
) -> Template | Redirect:
    """Take chosen texts out of the argument, or split them off to a new one."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    form = await read_form(request, MovingForm)
    async with submitted(request, actor.id, form, "texts") as sent:
        if sent.is_new:
            at, done = argument_id, "taken-out"
            if sent.value.act is MovingAct.SPLIT:
                at = await service.split(actor, consultation, argument_id, sent.value)
                done = "split"
            else:
                await service.take_out(actor, consultation, argument_id, sent.value.texts)
            sent.go_to(
                "office:argument-texts",
                organisation_slug=organisation.slug,
                slug=slug,
                argument_id=at,
                query={"done": done},
            )
    return await sent.answer(
        _MEMBERS, lambda: _members(one_context(request, actor, organisation, slug, argument_id))
    )


HANDLERS = [choose, place, members, move]
