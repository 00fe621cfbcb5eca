"""The office's form for opinions on paper or by telephone."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.dimensions import AGE_BANDS
from enishi.accounts.schemas import Actor, Role
from enishi.consultations import labels
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.kinds import Channel
from enishi.consultations.core.schemas import ConsultationView
from enishi.consultations.office.pages.dialogue import ONE, AnyRequest
from enishi.consultations.opinions import paper as service
from enishi.consultations.opinions import receipts
from enishi.consultations.opinions.schemas import OPINION_LIMIT, PaperForm
from enishi.kit import clock
from enishi.kit.forms import Form
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.kit.i18n import gettext_lazy
from enishi.organisations.access import CurrentOrganisation, member
from enishi.organisations.office_context import office_context
from enishi.organisations.schemas import OrganisationRef
from enishi.places.picker import while_choosing

EDITOR_OR_MODERATOR = member(Role.EDITOR, Role.MODERATOR)
PAGE = "consultations/office_paper.html"
# Instead of the general message of a required field.
_MESSAGES = {
    "channel": gettext_lazy("紙か電話かを選んでください。"),
    "informed": gettext_lazy("本人に伝えたことを確かめて、印を付けてください。"),
}


async def _context(
    actor: Actor, organisation: OrganisationRef, consultation: ConsultationView
) -> dict[str, Any]:
    return office_context(actor, organisation) | {
        "consultation": consultation,
        "channels": [
            (each.value, labels.CHANNELS[each]) for each in (Channel.PAPER, Channel.PHONE)
        ],
        "names": labels.options(labels.NAMES),
        "bands": [(band, labels.age_band(band)) for band in AGE_BANDS],
        "limit": OPINION_LIMIT,
        "today": clock.today(),
    }


@get(ONE + "/paper", name="office:paper", access=EDITOR_OR_MODERATOR)
async def ask(
    actor: CurrentActor, organisation: CurrentOrganisation, slug: FromPath[str]
) -> Template:
    consultation = await consultations.get_for_office(organisation.id, slug)
    context = await _context(actor, organisation, consultation)
    return Template(PAGE, context=context | {"form": Form()})


@post(ONE + "/paper", name="office:enter-paper", access=EDITOR_OR_MODERATOR, status_code=200)
async def enter(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
) -> Template | Redirect:
    """The answer is the receipt to print or read out; also to a repeat."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    form = while_choosing(await read_form(request, PaperForm), "home")
    for name, message in _MESSAGES.items():
        if form.error(name):
            form.refuse(name, message)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            number = await service.enter(actor, consultation, sent.value)
            sent.go_to("office:paper", organisation_slug=organisation.slug, slug=slug)
            sent.outcome["receipt"] = receipts.seal(number, actor.id)
    receipt = receipts.unseal(sent.outcome.get("receipt", ""), actor.id)
    if not (receipt and sent.is_done):
        return await sent.answer(PAGE, lambda: _context(actor, organisation, consultation))
    context = office_context(actor, organisation) | {
        "consultation": consultation,
        "receipt": receipt,
        "wanted": form.value,
    }
    return Template("consultations/office_paper_receipt.html", context=context)


HANDLERS = [ask, enter]
