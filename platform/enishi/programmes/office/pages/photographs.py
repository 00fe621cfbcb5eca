"""The photographs of a programme: add, describe, order, remove."""

import uuid
from functools import partial
from typing import Any

from litestar import get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor
from enishi.kit import seen
from enishi.kit.errors import EnishiError
from enishi.kit.forms import Form, longest
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.organisations.access import CurrentOrganisation
from enishi.organisations.schemas import OrganisationRef
from enishi.programmes.listings.queries import office as programme_queries
from enishi.programmes.office.context import (
    EDITOR,
    ONE,
    AnyRequest,
    office_actor,
    shared_context,
)
from enishi.programmes.photographs import labels, pictures, queries, service
from enishi.programmes.photographs.errors import NoPictureError, TooHeavyError
from enishi.programmes.photographs.pictures import LARGEST_FILE, Picture
from enishi.programmes.photographs.schemas import (
    MOST_PHOTOGRAPHS,
    ChangeForm,
    PhotographForm,
    version,
)

_PAGE = "programmes/office/photographs.html"
_ONE_PAGE = "programmes/office/photograph.html"
_AT = ONE + "/photographs"
_LARGEST_BODY = LARGEST_FILE + 100_000  # bytes: the photograph with the other fields


@get(_AT, name="office:photographs", access=EDITOR)
async def index(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    programme_id: FromPath[uuid.UUID],
) -> Template:
    context = await _context(request, actor, organisation, programme_id)
    return Template(_PAGE, context=context | {"form": Form()})


@post(
    _AT,
    name="office:add-photograph",
    access=EDITOR,
    status_code=200,
    request_max_body_size=_LARGEST_BODY,
)
async def add(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    programme_id: FromPath[uuid.UUID],
) -> Template | Redirect:
    await programme_queries.get_own_programme(organisation.id, programme_id)
    form = await read_form(request, PhotographForm)
    sizes = await _sizes(request, form)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            acting = office_actor(actor, organisation)
            await service.add(acting, programme_id, sent.value, sizes)
            sent.go_to(
                "office:photographs",
                organisation_slug=organisation.slug,
                programme_id=programme_id,
                query={"done": "saved"},
            )
    return await sent.answer(_PAGE, lambda: _context(request, actor, organisation, programme_id))


async def _sizes(request: AnyRequest, form: Form[PhotographForm]) -> list[Picture]:
    """The sent photograph in its sizes, made before the unit of work; or a message at its field.

    Not for a form that is refused anyway: decoding is work.
    """
    sent = (await request.form()).get("file")
    try:
        if not isinstance(sent, UploadFile) or not sent.filename:
            raise NoPictureError
        if form.value is None:
            return []
        content = await sent.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise TooHeavyError
        return await pictures.prepare(content)
    except EnishiError as error:
        form.value = None
        for name, message in error.by_field().items():
            form.refuse(name, message)
        return []


@get(_AT + "/{photograph_id:uuid}", name="office:photograph", access=EDITOR)
async def show(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    programme_id: FromPath[uuid.UUID],
    photograph_id: FromPath[uuid.UUID],
) -> Template:
    context = await _one(request, actor, organisation, programme_id, photograph_id)
    return Template(_ONE_PAGE, context=context | {"form": Form()})


@post(
    _AT + "/{photograph_id:uuid}", name="office:change-photograph", access=EDITOR, status_code=200
)
async def change(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    programme_id: FromPath[uuid.UUID],
    photograph_id: FromPath[uuid.UUID],
) -> Template | Redirect:
    await programme_queries.get_own_programme(organisation.id, programme_id)
    form = await read_form(request, ChangeForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            acting = office_actor(actor, organisation)
            shown = form.text(seen.FIELD)
            await service.change(acting, programme_id, photograph_id, sent.value, shown)
            sent.go_to(
                "office:photographs",
                organisation_slug=organisation.slug,
                programme_id=programme_id,
                query={"done": "removed" if sent.value.step == "remove" else "saved"},
            )
    return await sent.answer(
        _ONE_PAGE, lambda: _one(request, actor, organisation, programme_id, photograph_id)
    )


async def _context(
    request: AnyRequest, actor: Actor, organisation: OrganisationRef, programme_id: uuid.UUID
) -> dict[str, Any]:
    programme = await programme_queries.get_own_programme(organisation.id, programme_id)
    photographs = await queries.list_photographs(programme_id)
    return {
        **shared_context(request, actor, organisation),
        "programme": programme,
        "photographs": photographs,
        "most": MOST_PHOTOGRAPHS,
        "seen": version(photographs),
        "longest": partial(longest, PhotographForm),
        "rights": [(value, str(text)) for value, text in labels.RIGHTS.items()],
        "people": [(value, str(text)) for value, text in labels.PEOPLE.items()],
    }


async def _one(
    request: AnyRequest,
    actor: Actor,
    organisation: OrganisationRef,
    programme_id: uuid.UUID,
    photograph_id: uuid.UUID,
) -> dict[str, Any]:
    context = await _context(request, actor, organisation, programme_id)
    return context | {"photograph": await queries.get_photograph(programme_id, photograph_id)}


HANDLERS = [index, add, show, change]
