"""The arguments of a dialogue in its office: the list, a new one, one to edit, and merging."""

import uuid
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor
from enishi.consultations.arguments import queries, service
from enishi.consultations.arguments.schemas import (
    MOST_ARGUMENTS,
    SUMMARY_LIMIT,
    TITLE_LIMIT,
    ArgumentForm,
    MergingForm,
    NewArgumentForm,
)
from enishi.consultations.core import queries as consultations
from enishi.consultations.office.pages.dialogue import EDITOR, ONE, AnyRequest, shared_context
from enishi.kit.forms import Form
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.organisations.access import CurrentOrganisation, member
from enishi.organisations.schemas import OrganisationRef

ALL = ONE + "/arguments"
ARGUMENT = ALL + "/{argument_id:uuid}"
_LIST, _NEW = "consultations/office_arguments.html", "consultations/office_argument_new.html"
_ONE, _MERGE = "consultations/office_argument.html", "consultations/office_argument_merge.html"


@get(ALL, name="office:arguments", access=member())
async def index(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
) -> Template:
    consultation = await consultations.get_for_office(organisation.id, slug)
    arguments = await queries.list_arguments(consultation.id)
    context = {
        "consultation": consultation,
        "arguments": arguments,
        "unplaced": await queries.count_unplaced(consultation.id),
        "is_full": len(arguments) >= MOST_ARGUMENTS,
    }
    return Template(_LIST, context=shared_context(request, actor, organisation) | context)


async def _new_context(
    request: AnyRequest, actor: Actor, organisation: OrganisationRef, slug: str
) -> dict[str, Any]:
    return shared_context(request, actor, organisation) | {
        "consultation": await consultations.get_for_office(organisation.id, slug),
        "title_limit": TITLE_LIMIT,
        "summary_limit": SUMMARY_LIMIT,
    }


@get(ALL + "/new", name="office:new-argument", access=EDITOR)
async def new(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
) -> Template:
    context = await _new_context(request, actor, organisation, slug)
    return Template(_NEW, context=context | {"form": Form()})


@post(ALL + "/new", name="office:create-argument", access=EDITOR, status_code=200)
async def create(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
) -> Template | Redirect:
    consultation = await consultations.get_for_office(organisation.id, slug)
    form = await read_form(request, NewArgumentForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            argument_id = await service.create(actor, consultation, sent.value)
            sent.go_to(
                "office:choose-texts",
                organisation_slug=organisation.slug,
                slug=slug,
                argument_id=argument_id,
                query={"done": "argument-added"},
            )
    return await sent.answer(_NEW, lambda: _new_context(request, actor, organisation, slug))


async def one_context(
    request: AnyRequest,
    actor: Actor,
    organisation: OrganisationRef,
    slug: str,
    argument_id: uuid.UUID,
) -> dict[str, Any]:
    """What every page about one argument shows. Raises NotFoundError."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    return shared_context(request, actor, organisation) | {
        "consultation": consultation,
        "argument": await queries.get_argument(consultation.id, argument_id),
        "title_limit": TITLE_LIMIT,
        "summary_limit": SUMMARY_LIMIT,
    }


@get(ARGUMENT, name="office:argument", access=EDITOR)
async def show(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    argument_id: FromPath[uuid.UUID],
) -> Template:
    context = await one_context(request, actor, organisation, slug, argument_id)
    return Template(_ONE, context=context | {"form": Form()})


@post(ARGUMENT, name="office:save-argument", access=EDITOR, status_code=200)
async def save(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    argument_id: FromPath[uuid.UUID],
) -> Template | Redirect:
    consultation = await consultations.get_for_office(organisation.id, slug)
    form = await read_form(request, ArgumentForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            await service.save(actor, consultation, argument_id, sent.value)
            sent.go_to(
                "office:arguments",
                organisation_slug=organisation.slug,
                slug=slug,
                query={"done": "saved"},
            )
    return await sent.answer(
        _ONE, lambda: one_context(request, actor, organisation, slug, argument_id)
    )


async def _merge_context(
    request: AnyRequest,
    actor: Actor,
    organisation: OrganisationRef,
    slug: str,
    argument_id: uuid.UUID,
) -> dict[str, Any]:
    context = await one_context(request, actor, organisation, slug, argument_id)
    rows = await queries.list_arguments(context["consultation"].id)
    return context | {"others": [row for row in rows if row.id != argument_id]}


@get(ARGUMENT + "/merge", name="office:ask-merge", access=EDITOR)
async def ask_merge(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    argument_id: FromPath[uuid.UUID],
) -> Template:
    context = await _merge_context(request, actor, organisation, slug, argument_id)
    return Template(_MERGE, context=context | {"form": Form()})


@post(ARGUMENT + "/merge", name="office:merge-argument", access=EDITOR, status_code=200)
async def merge(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    argument_id: FromPath[uuid.UUID],
) -> Template | Redirect:
    consultation = await consultations.get_for_office(organisation.id, slug)
    form = await read_form(request, MergingForm)
    async with submitted(request, actor.id, form, "into") as sent:
        if sent.is_new:
            await service.merge(actor, consultation, argument_id, sent.value)
            sent.go_to(
                "office:argument-texts",
                organisation_slug=organisation.slug,
                slug=slug,
                argument_id=sent.value.into,
                query={"done": "merged"},
            )
    return await sent.answer(
        _MERGE, lambda: _merge_context(request, actor, organisation, slug, argument_id)
    )


HANDLERS = [index, new, create, show, save, ask_merge, merge]
