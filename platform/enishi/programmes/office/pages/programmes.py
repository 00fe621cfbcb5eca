"""The programmes of an office: overview, new draft, checklist, preview."""

import uuid
from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor
from enishi.kit import clock
from enishi.kit.forms import Form
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.organisations.access import CurrentOrganisation, member
from enishi.organisations.schemas import OrganisationRef
from enishi.places import queries as places
from enishi.places.picker import while_choosing
from enishi.programmes.listings import labels, service
from enishi.programmes.listings.listing_forms import NewProgrammeForm
from enishi.programmes.listings.queries import office as programme_queries
from enishi.programmes.listings.schemas import ProgrammeView
from enishi.programmes.listings.tables import ProgrammeState
from enishi.programmes.office.availability import of_session
from enishi.programmes.office.checklist import tasks
from enishi.programmes.office.context import (
    AT,
    EDITOR,
    ONE,
    AnyRequest,
    office_actor,
    shared_context,
)
from enishi.programmes.pages.programme import page_context
from enishi.programmes.sessions import queries as session_queries
from enishi.programmes.sessions.schemas import SessionView

INDEX, NEW = "programmes/office/index.html", "programmes/office/new.html"
SHOW, PREVIEW = "programmes/office/show.html", "programmes/office/preview.html"


@get(AT, name="office:programmes", access=member())
async def index(
    request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation
) -> Template:
    after = request.query_params.get("after", "")
    context = {
        "page": await programme_queries.list_for_office(organisation.id, after),
        "is_first": not after,
        "labels": labels,
        "place": places.get_place,
    }
    return Template(INDEX, context=shared_context(request, actor, organisation) | context)


@get(AT + "/new", name="office:new-programme", access=EDITOR)
async def new(
    request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation
) -> Template:
    context = await _new_context(request, actor, organisation)
    return Template(NEW, context=context | {"form": Form()})


@post(AT + "/new", name="office:create-programme", access=EDITOR, status_code=200)
async def create(
    request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation
) -> Template | Redirect:
    form = while_choosing(await read_form(request, NewProgrammeForm), "municipality")
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            acting = office_actor(actor, organisation)
            programme_id = await service.create(acting, sent.value.programme())
            sent.go_to(
                "office:programme",
                organisation_slug=organisation.slug,
                programme_id=programme_id,
                query={"done": "drafted"},
            )
    return await sent.answer(NEW, lambda: _new_context(request, actor, organisation))


async def _new_context(
    request: AnyRequest, actor: Actor, organisation: OrganisationRef
) -> dict[str, Any]:
    own = organisation.lg_code or ""
    return {
        **shared_context(request, actor, organisation),
        "kinds": [(kind.value, text) for kind, text in labels.KINDS.items()],
        "own_place": own if places.find_municipality(own) else "",
    }


@get(ONE, name="office:programme", access=member())
async def show(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    programme_id: FromPath[uuid.UUID],
) -> Template:
    programme = await programme_queries.get_own_programme(organisation.id, programme_id)
    return Template(SHOW, context=await _show_context(request, actor, organisation, programme))


async def _show_context(
    request: AnyRequest, actor: Actor, organisation: OrganisationRef, programme: ProgrammeView
) -> dict[str, Any]:
    now = clock.now()
    sessions = await session_queries.list_sessions(programme.id)
    open_tasks = tasks(programme, has_session=bool(sessions))
    return {
        **shared_context(request, actor, organisation),
        "programme": programme,
        "tasks": open_tasks,
        "missing": sum(len(task.missing) for task in open_tasks),
        "coming": [
            (each, of_session(programme, each, now)) for each in sessions if _is_on(each, now)
        ],
        "past": [
            (each, of_session(programme, each, now)) for each in sessions if not _is_on(each, now)
        ],
        "labels": labels,
    }


def _is_on(session: SessionView, now: datetime) -> bool:
    return session.state == "planned" and session.ends_at > now


@get(ONE + "/preview", name="office:preview-programme", access=member())
async def preview(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    programme_id: FromPath[uuid.UUID],
) -> Template:
    """The public page as it would be if the programme were published now."""
    programme = await programme_queries.get_own_programme(organisation.id, programme_id)
    context = await preview_context(request, actor, organisation, programme)
    return Template(PREVIEW, context=context | {"asks": False, "form": Form()})


async def preview_context(
    request: AnyRequest, actor: Actor, organisation: OrganisationRef, programme: ProgrammeView
) -> dict[str, Any]:
    as_published = programme.model_copy(update={"state": ProgrammeState.PUBLISHED})
    public = await page_context(as_published)
    open_tasks = tasks(programme, has_session=bool(public["coming"] or public["past"]))
    return {
        **public,
        **shared_context(request, actor, organisation),
        "tasks": open_tasks,
        "missing": sum(len(task.missing) for task in open_tasks),
    }


HANDLERS = [index, new, create, show, preview]
