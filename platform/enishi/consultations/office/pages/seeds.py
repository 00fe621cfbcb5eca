"""The organiser's first statements: the list, ten lines at a time, and one to edit."""

import uuid
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor
from enishi.consultations import labels
from enishi.consultations.core import acts, policies
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.acts import Act
from enishi.consultations.core.schemas import ConsultationView
from enishi.consultations.office import queries
from enishi.consultations.office.checklist import SEEDS, parts_of
from enishi.consultations.office.pages.dialogue import EDITOR, ONE, AnyRequest, shared_context
from enishi.consultations.office.part_forms import Part
from enishi.consultations.office.schemas import SEEDS_AT_ONCE, EmptyForm, SeedForm, SeedsForm
from enishi.consultations.office.service import seeds as service
from enishi.consultations.voting.schemas import STATEMENT_LIMIT
from enishi.kit import clock
from enishi.kit.errors import NotFoundError
from enishi.kit.forms import Form
from enishi.kit.http.parameters import Cursor
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.kit.seen import FIELD
from enishi.organisations.access import CurrentOrganisation
from enishi.organisations.schemas import OrganisationRef

_LIST, _ONE = "consultations/office_seeds.html", "consultations/office_seed.html"
_ADDED = {"done": "added"}
_SEED = ONE + "/seeds/{statement_id:uuid}"


async def _with_cards(organisation: OrganisationRef, slug: str) -> ConsultationView:
    """Raises NotFoundError for a public comment, which has no cards."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    if not acts.has(consultation.kind, Act.ADD_SEEDS):
        raise NotFoundError
    return consultation


async def _list_context(
    request: AnyRequest,
    actor: Actor,
    organisation: OrganisationRef,
    slug: str,
    after: str | None = None,
) -> dict[str, Any]:
    consultation = await _with_cards(organisation, slug)
    page = await queries.list_seeds(consultation.id, after)
    parts = parts_of(consultation.kind)
    return shared_context(request, actor, organisation) | {
        "consultation": consultation,
        "seeds": page.rows,
        "next_cursor": page.next_cursor,
        "states": labels.STATES,
        "is_draft": consultation.published_at is None,
        "accepts_seeds": policies.accepts_seeds(consultation, clock.now()),
        "statement_limit": STATEMENT_LIMIT,
        "at_once": SEEDS_AT_ONCE,
        "part_number": parts.index(SEEDS) + 1,
        "part_count": len(parts),
    }


@get(ONE + "/seeds", name="office:seeds", access=EDITOR)
async def index(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    after: Cursor = None,
) -> Template:
    context = await _list_context(request, actor, organisation, slug, after)
    return Template(_LIST, context=context | {"form": Form()})


@post(ONE + "/seeds", name="office:add-seeds", access=EDITOR, status_code=200)
async def add(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
) -> Template | Redirect:
    consultation = await _with_cards(organisation, slug)
    form = await read_form(request, SeedsForm)
    then = str((await request.form()).get("then", ""))
    async with submitted(request, actor.id, form, "texts") as sent:
        if sent.is_new:
            await service.add(actor, consultation, sent.value)
            at = {"organisation_slug": organisation.slug, "slug": slug}
            if then == "next":
                sent.go_to("office:edit-dialogue", part=Part.CONTACT, query=_ADDED, **at)
            else:
                sent.go_to("office:seeds", query=_ADDED, **at)
    return await sent.answer(_LIST, lambda: _list_context(request, actor, organisation, slug))


async def _one_context(
    request: AnyRequest,
    actor: Actor,
    organisation: OrganisationRef,
    slug: str,
    statement_id: uuid.UUID,
) -> dict[str, Any]:
    consultation = await _with_cards(organisation, slug)
    return shared_context(request, actor, organisation) | {
        "consultation": consultation,
        "seed": await queries.get_seed(consultation.id, statement_id),
        "is_draft": consultation.published_at is None,
        "statement_limit": STATEMENT_LIMIT,
    }


@get(_SEED, name="office:seed", access=EDITOR)
async def show(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    statement_id: FromPath[uuid.UUID],
) -> Template:
    context = await _one_context(request, actor, organisation, slug, statement_id)
    return Template(_ONE, context=context | {"form": Form()})


@post(_SEED, name="office:save-seed", access=EDITOR, status_code=200)
async def save(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    statement_id: FromPath[uuid.UUID],
) -> Template | Redirect:
    consultation = await _with_cards(organisation, slug)
    form = await read_form(request, SeedForm)
    async with submitted(request, actor.id, form, "text") as sent:
        if sent.is_new:
            seed = await queries.get_seed(consultation.id, statement_id)
            await service.change(actor, consultation, seed, sent.value, form.text(FIELD))
            query = {"done": "saved"}
            sent.go_to("office:seeds", organisation_slug=organisation.slug, slug=slug, query=query)
    return await sent.answer(
        _ONE, lambda: _one_context(request, actor, organisation, slug, statement_id)
    )


@post(_SEED + "/remove", name="office:remove-seed", access=EDITOR, status_code=200)
async def remove(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    statement_id: FromPath[uuid.UUID],
) -> Template | Redirect:
    consultation = await _with_cards(organisation, slug)
    form = await read_form(request, EmptyForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            seed = await queries.get_seed(consultation.id, statement_id)
            await service.remove(actor, consultation, seed, form.text(FIELD))
            query = {"done": "removed"}
            sent.go_to("office:seeds", organisation_slug=organisation.slug, slug=slug, query=query)
    return await sent.answer(
        _ONE, lambda: _one_context(request, actor, organisation, slug, statement_id)
    )


HANDLERS = [index, add, show, save, remove]
