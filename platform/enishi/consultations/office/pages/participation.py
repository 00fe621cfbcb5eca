"""How participation goes: votes by channel, joins and votes by hour, guests to leave out."""

import uuid
from datetime import date
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from pydantic import TypeAdapter, ValidationError

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.schemas import ConsultationView
from enishi.consultations.office import queries
from enishi.consultations.office.pages.dialogue import EDITOR, ONE, AnyRequest, shared_context
from enishi.consultations.office.schemas import SetAsideForm
from enishi.consultations.voting import results, set_aside
from enishi.kit import clock
from enishi.kit.dates import Day
from enishi.kit.forms import Form
from enishi.kit.http.answers import do_once, go_to
from enishi.kit.http.parameters import Cursor
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.organisations.access import CurrentOrganisation, member
from enishi.organisations.schemas import OrganisationRef

SHOW = "office:participation"
PAGE = "consultations/office_participation.html"
_DAY = TypeAdapter(Day)


async def _day_of(request: AnyRequest) -> date:
    """The day of the address or of the sent form; today if there is none that makes sense."""
    sent = await request.form() if request.method == "POST" else request.query_params
    try:
        return _DAY.validate_python(sent.get("day", ""))
    except ValidationError:
        return clock.today()


async def _context(
    request: AnyRequest,
    actor: Actor,
    organisation: OrganisationRef,
    consultation: ConsultationView,
    after: str | None = None,
) -> dict[str, Any]:
    step = await results.find_step(consultation.id)
    page = await results.list_by_channel(consultation.id, step, after) if step else None
    day = await _day_of(request)
    return shared_context(request, actor, organisation) | {
        "consultation": consultation,
        "step": step,
        "is_open": consultation.is_open_at(clock.now()),
        "rows": page.rows if page else (),
        "next_cursor": page.next_cursor if page else None,
        "day": day,
        "hours": await queries.list_hours(consultation.id, day),
        "busy_days": await queries.list_busy_days(consultation.id),
        "set_aside": await set_aside.list_of(consultation.id),
    }


@get(ONE + "/participation", name=SHOW, access=member())
async def show(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    after: Cursor = None,
) -> Template:
    consultation = await consultations.get_for_office(organisation.id, slug)
    context = await _context(request, actor, organisation, consultation, after)
    return Template(PAGE, context=context | {"form": Form()})


@post(ONE + "/participation", name="office:set-guests-aside", access=EDITOR, status_code=200)
async def leave_out(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
) -> Template | Redirect:
    consultation = await consultations.get_for_office(organisation.id, slug)
    form = await read_form(request, SetAsideForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            await set_aside.set_aside(actor, consultation, *sent.value.span)
            query = {"done": "set-aside", "day": sent.value.day.isoformat()}
            sent.go_to(SHOW, organisation_slug=organisation.slug, slug=slug, query=query)
    return await sent.answer(PAGE, lambda: _context(request, actor, organisation, consultation))


@post(
    ONE + "/participation/{act_id:uuid}/undo",
    name="office:take-guests-back",
    access=EDITOR,
    status_code=200,
)
async def take_back(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    act_id: FromPath[uuid.UUID],
) -> Redirect:
    consultation = await consultations.get_for_office(organisation.id, slug)
    await do_once(request, actor.id, lambda: set_aside.take_back(actor, consultation, act_id))
    query = {"done": "taken-back"}
    return go_to(SHOW, organisation_slug=organisation.slug, slug=slug, query=query)


HANDLERS = [show, leave_out, take_back]
