"""Acts on a programme, each with a page that says what follows: publish, close, delete a draft.

The page and the form have one address: a refused act can be read again.
"""

import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor
from enishi.kit import db
from enishi.kit.errors import NotFoundError
from enishi.kit.forms import Form
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.organisations.access import CurrentOrganisation
from enishi.organisations.schemas import OrganisationRef
from enishi.programmes.listings import service
from enishi.programmes.listings.listing_forms import shown_version
from enishi.programmes.listings.queries import office as programme_queries
from enishi.programmes.listings.schemas import OfficeActor
from enishi.programmes.listings.tables import ProgrammeState
from enishi.programmes.office.context import (
    EDITOR,
    ONE,
    AnyRequest,
    office_actor,
    shared_context,
)
from enishi.programmes.office.pages.programmes import PREVIEW, preview_context
from enishi.programmes.office.schemas import MoveForm
from enishi.programmes.photographs import service as photographs
from enishi.programmes.sessions import service as sessions


async def _delete(actor: OfficeActor, programme_id: uuid.UUID, seen: str) -> None:
    async with db.unit_of_work():
        await photographs.remove_all(actor, programme_id)
        await sessions.delete_draft(actor, programme_id, seen)


_ACTS: Mapping[str, Callable[[OfficeActor, uuid.UUID, str], Awaitable[None]]] = {
    "publish": service.publish,
    "close": service.close,
    "delete": _delete,
}
_DONE = {"publish": "published", "close": "closed"}
_CONFIRM = "programmes/office/move.html"


@get(ONE + "/move/{verb:str}", name="office:ask-move-programme", access=EDITOR)
async def ask(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    programme_id: FromPath[uuid.UUID],
    verb: FromPath[str],
) -> Template:
    if verb not in _ACTS:
        raise NotFoundError
    context = await _asked(request, actor, organisation, programme_id, verb)
    return Template(_template(verb), context=context | {"form": Form()})


@post(ONE + "/move/{verb:str}", name="office:move-programme", access=EDITOR, status_code=200)
async def move(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    programme_id: FromPath[uuid.UUID],
    verb: FromPath[str],
) -> Template | Redirect:
    act = _ACTS.get(verb)
    if act is None:
        raise NotFoundError
    form = await read_form(request, MoveForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            await act(office_actor(actor, organisation), programme_id, sent.value.seen)
            if verb == "delete":
                query = {"done": "removed"}
                sent.go_to("office:programmes", organisation_slug=organisation.slug, query=query)
            else:
                sent.go_to(
                    "office:programme",
                    organisation_slug=organisation.slug,
                    programme_id=programme_id,
                    query={"done": _DONE[verb]},
                )
    return await sent.answer(
        _template(verb), lambda: _asked(request, actor, organisation, programme_id, verb)
    )


def _template(verb: str) -> str:
    return PREVIEW if verb == "publish" else _CONFIRM


async def _asked(
    request: AnyRequest,
    actor: Actor,
    organisation: OrganisationRef,
    programme_id: uuid.UUID,
    verb: str,
) -> dict[str, Any]:
    """The context of the page that asks before the act."""
    programme = await programme_queries.get_own_programme(organisation.id, programme_id)
    if verb == "publish":
        # The version is read before the page's contents: a change between them is refused.
        context = await preview_context(request, actor, organisation, programme)
        asks = programme.state is not ProgrammeState.PUBLISHED
        return context | {"asks": asks, "seen": shown_version(programme)}
    possible = {
        "close": programme.state is ProgrammeState.PUBLISHED,
        "delete": programme.published_at is None,
    }
    return shared_context(request, actor, organisation) | {
        "programme": programme,
        "verb": verb,
        "is_possible": possible[verb],
        "seen": shown_version(programme),
    }


HANDLERS = [ask, move]
