"""The office's form that lifts the limits of a consultation for a network, for a day."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.schemas import ConsultationView
from enishi.consultations.office.pages.dialogue import EDITOR, ONE, SHOW, AnyRequest
from enishi.consultations.office.schemas import NetworkForm
from enishi.consultations.participation import network_limits
from enishi.kit.errors import InvalidError
from enishi.kit.forms import Form
from enishi.kit.http.network import address_of_request, network_of, parse_address
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.kit.i18n import gettext_lazy
from enishi.organisations.access import CurrentOrganisation
from enishi.organisations.office_context import office_context
from enishi.organisations.schemas import OrganisationRef

PAGE = "consultations/office_network_limits.html"


class NoAddressError(InvalidError):
    field = "address"
    message = gettext_lazy("IPアドレスを入力してください（例：203.0.113.10）。")


async def _context(
    request: AnyRequest, actor: Actor, organisation: OrganisationRef, consultation: ConsultationView
) -> dict[str, Any]:
    return office_context(actor, organisation) | {
        "consultation": consultation,
        "own_address": address_of_request(request.scope),
    }


@get(ONE + "/limits", name="office:network-limits", access=EDITOR)
async def ask(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
) -> Template:
    consultation = await consultations.get_for_office(organisation.id, slug)
    context = await _context(request, actor, organisation, consultation)
    return Template(PAGE, context=context | {"form": Form()})


@post(ONE + "/limits", name="office:lift-network-limits", access=EDITOR, status_code=200)
async def lift(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
) -> Template | Redirect:
    consultation = await consultations.get_for_office(organisation.id, slug)
    form = await read_form(request, NetworkForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            if parse_address(sent.value.address) is None:
                raise NoAddressError
            await network_limits.lift(actor, consultation, network_of(sent.value.address))
            sent.go_to(SHOW, organisation_slug=organisation.slug, slug=slug)
    return await sent.answer(PAGE, lambda: _context(request, actor, organisation, consultation))


HANDLERS = [ask, lift]
