"""Appeals of authors whose texts were hidden, and the decision of another moderator."""

import uuid
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.schemas import ConsultationView
from enishi.consultations.moderation import queries
from enishi.consultations.moderation.schemas import AppealDecisionForm
from enishi.consultations.moderation.service import appeals
from enishi.consultations.office.pages.dialogue import MODERATOR, ONE, AnyRequest
from enishi.consultations.office.pages.moderation import shared_context
from enishi.kit.forms import Form
from enishi.kit.http.parameters import Cursor
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.organisations.access import CurrentOrganisation
from enishi.organisations.schemas import OrganisationRef

LIST = "consultations/office_appeals.html"


@get(ONE + "/moderation/appeals", name="office:appeals", access=MODERATOR)
async def appeals_page(
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    after: Cursor = None,
) -> Template:
    consultation = await consultations.get_for_office(organisation.id, slug)
    context = await _context(actor, organisation, consultation, after)
    return Template(LIST, context=context | {"form": Form()})


async def _context(
    actor: Actor,
    organisation: OrganisationRef,
    consultation: ConsultationView,
    after: str | None = None,
) -> dict[str, Any]:
    page = await queries.list_appeals(consultation.id, actor.id, after)
    return await shared_context(actor, organisation, consultation) | {
        "rows": page.rows,
        "next_cursor": page.next_cursor,
    }


@post(
    ONE + "/moderation/appeals/{hiding_id:uuid}",
    name="office:decide-appeal",
    access=MODERATOR,
    status_code=200,
)
async def decide(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    hiding_id: FromPath[uuid.UUID],
) -> Redirect | Template:
    """Uphold or refuse. 409 for the moderator who hid the text, and once it is decided."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    form = await read_form(request, AppealDecisionForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            await appeals.decide(actor, consultation, hiding_id, sent.value)
            sent.go_to("office:appeals", organisation_slug=organisation.slug, slug=slug)
    return await sent.answer(LIST, lambda: _context(actor, organisation, consultation))


HANDLERS = [appeals_page, decide]
