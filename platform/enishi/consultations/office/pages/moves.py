"""Acts on a dialogue, each with a page that says what follows: publish, open, close and others.

The page and the form have one address: a refused act can be read again.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor
from enishi.consultations.core import policies
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.schemas import PUBLIC_REASON_LIMIT, ConsultationView
from enishi.consultations.office.pages.dialogue import (
    EDITOR,
    ONE,
    PREVIEW,
    SHOW,
    AnyRequest,
    preview_context,
    shared_context,
)
from enishi.consultations.office.schemas import MoveForm, ReopenForm
from enishi.consultations.office.service import moves as service
from enishi.kit import clock
from enishi.kit.errors import NotFoundError
from enishi.kit.forms import Form
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.organisations.access import CurrentOrganisation
from enishi.organisations.schemas import OrganisationRef

_ACTS: Mapping[str, Callable[[Actor, ConsultationView, int], Awaitable[None]]] = {
    "publish": service.publish,
    "open": service.open_now,
    "close": service.close_now,
    "delete": service.delete_draft,
}
_CONFIRM, _REOPEN = "consultations/office_move.html", "consultations/office_reopen.html"


@get(ONE + "/move/{verb:str}", name="office:ask-move-dialogue", access=EDITOR)
async def ask(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    verb: FromPath[str],
) -> Template:
    if verb not in _ACTS:
        raise NotFoundError
    context = await _asked(request, actor, organisation, slug, verb)
    template = PREVIEW if verb == "publish" else _CONFIRM
    return Template(template, context=context | {"form": Form()})


@post(ONE + "/move/{verb:str}", name="office:move-dialogue", access=EDITOR, status_code=200)
async def move(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    verb: FromPath[str],
) -> Template | Redirect:
    act = _ACTS.get(verb)
    if act is None:
        raise NotFoundError
    form = await read_form(request, MoveForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            consultation = await consultations.get_for_office(organisation.id, slug)
            await act(actor, consultation, sent.value.version)
            if verb == "delete":
                query = {"done": "removed"}
                sent.go_to("office:dialogues", organisation_slug=organisation.slug, query=query)
            else:
                sent.go_to(
                    SHOW, organisation_slug=organisation.slug, slug=slug, query={"done": verb}
                )
    template = PREVIEW if verb == "publish" else _CONFIRM
    return await sent.answer(template, lambda: _asked(request, actor, organisation, slug, verb))


async def _asked(
    request: AnyRequest,
    actor: Actor,
    organisation: OrganisationRef,
    slug: str,
    verb: str,
) -> dict[str, Any]:
    """The context of the page that asks before the act."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    now = clock.now()
    if verb == "publish":
        context = await preview_context(request, actor, organisation, consultation)
        return context | {"asks": True}
    possible = {
        "open": policies.can_open(consultation, now),
        "close": policies.can_close(consultation, now),
        "delete": consultation.published_at is None,
    }
    return shared_context(request, actor, organisation) | {
        "consultation": consultation,
        "verb": verb,
        "is_possible": possible[verb],
    }


@get(ONE + "/reopen", name="office:ask-reopen-dialogue", access=EDITOR)
async def ask_reopening(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
) -> Template:
    context = await _reopening(request, actor, organisation, slug)
    return Template(_REOPEN, context=context | {"form": Form()})


@post(ONE + "/reopen", name="office:reopen-dialogue", access=EDITOR, status_code=200)
async def reopen(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
) -> Template | Redirect:
    form = await read_form(request, ReopenForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            consultation = await consultations.get_for_office(organisation.id, slug)
            await service.reopen(actor, consultation, sent.value)
            sent.go_to(
                SHOW, organisation_slug=organisation.slug, slug=slug, query={"done": "reopen"}
            )
    return await sent.answer(_REOPEN, lambda: _reopening(request, actor, organisation, slug))


async def _reopening(
    request: AnyRequest, actor: Actor, organisation: OrganisationRef, slug: str
) -> dict[str, Any]:
    consultation = await consultations.get_for_office(organisation.id, slug)
    return shared_context(request, actor, organisation) | {
        "consultation": consultation,
        "is_possible": policies.can_reopen(consultation, clock.now()),
        "limit": PUBLIC_REASON_LIMIT,
    }


HANDLERS = [ask, move, ask_reopening, reopen]
