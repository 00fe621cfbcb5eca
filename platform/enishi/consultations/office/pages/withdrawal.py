"""The office's form that withdraws a consultation."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.schemas import (
    PUBLIC_REASON_LIMIT,
    ConsultationView,
    WithdrawalForm,
)
from enishi.consultations.office.pages.dialogue import EDITOR, ONE, AnyRequest
from enishi.consultations.office.service import withdrawal as service
from enishi.kit.forms import Form
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.organisations.access import CurrentOrganisation
from enishi.organisations.office_context import office_context
from enishi.organisations.schemas import OrganisationRef

PAGE = "consultations/office_withdraw.html"


async def _context(
    actor: Actor, organisation: OrganisationRef, consultation: ConsultationView
) -> dict[str, Any]:
    return office_context(actor, organisation) | {
        "consultation": consultation,
        "limit": PUBLIC_REASON_LIMIT,
    }


@get(ONE + "/withdraw", name="office:ask-withdrawal", access=EDITOR)
async def ask(
    actor: CurrentActor, organisation: CurrentOrganisation, slug: FromPath[str]
) -> Template:
    consultation = await consultations.get_for_office(organisation.id, slug)
    context = await _context(actor, organisation, consultation)
    return Template(PAGE, context=context | {"form": Form()})


@post(ONE + "/withdraw", name="office:withdraw-dialogue", access=EDITOR, status_code=200)
async def withdraw(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
) -> Template | Redirect:
    consultation = await consultations.get_for_office(organisation.id, slug)
    form = await read_form(request, WithdrawalForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            await service.withdraw(actor, consultation, sent.value)
            sent.go_to("office:dialogue", organisation_slug=organisation.slug, slug=slug)
    return await sent.answer(PAGE, lambda: _context(actor, organisation, consultation))


HANDLERS = [ask, withdraw]
