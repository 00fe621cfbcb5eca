"""The office's page for opinions that came on paper or by telephone."""

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.dimensions import AGE_BANDS
from enishi.accounts.schemas import Actor, Role
from enishi.consultations import labels
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.kinds import Channel
from enishi.consultations.core.schemas import ConsultationView
from enishi.consultations.office.pages.consultations import ONE
from enishi.consultations.opinions import errors
from enishi.consultations.opinions import paper as service
from enishi.consultations.opinions.schemas import OPINION_LIMIT, PaperForm
from enishi.kit import clock
from enishi.kit.forms import Form
from enishi.kit.http.answers import do_once, go_to_path, refused
from enishi.kit.http.submissions import read_form
from enishi.kit.i18n import gettext_lazy
from enishi.organisations.access import CurrentOrganisation, member
from enishi.organisations.office_context import office_context
from enishi.organisations.schemas import OrganisationRef
from enishi.places.picker import while_choosing
from enishi.settings import get_settings

AnyRequest = Request[Any, Any, Any]
CLERK = member(Role.EDITOR, Role.MODERATOR)
PAGE = "consultations/office_paper.html"
# Said better than "please fill in".
_WORDED = {
    "channel": gettext_lazy("紙か電話かを選んでください。"),
    "informed": gettext_lazy("本人に伝えたことを確かめて、印を付けてください。"),
}


def _context(
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


@get(ONE + "/paper", name="office:paper", access=CLERK)
async def ask(
    actor: CurrentActor, organisation: CurrentOrganisation, slug: FromPath[str]
) -> Template:
    consultation = await consultations.get_for_office(organisation.id, slug)
    return Template(PAGE, context=_context(actor, organisation, consultation) | {"form": Form()})


@post(ONE + "/paper", name="office:enter-paper", access=CLERK, status_code=200)
async def enter(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
) -> Template | Redirect:
    """Answers the receipt to hand out. Its number is shown this once, as online."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    form = while_choosing(await read_form(request, PaperForm), "home")
    wanted = form.value
    if wanted is None:
        for name, words in _WORDED.items():
            if form.error(name):
                form.refuse(name, words)
        return refused(PAGE, form, **_context(actor, organisation, consultation))
    receipt = ""

    async def act() -> None:
        nonlocal receipt
        receipt = await service.enter(actor, consultation, wanted)

    try:
        await do_once(request, actor.id, act)
    except (errors.EnteredTwiceError, errors.NotInTimeError) as error:
        field = "reference" if isinstance(error, errors.EnteredTwiceError) else "received_on"
        context = _context(actor, organisation, consultation)
        return refused(PAGE, form, error, field, **context)
    if not receipt:  # sent twice: the number is kept nowhere
        return go_to_path(f"/office/{organisation.slug}/dialogues/{slug}/paper")
    context = {
        "consultation": consultation,
        "receipt": receipt,
        "wanted": wanted,
        "site_address": get_settings().base_url.rstrip("/"),
    }
    return Template(
        "consultations/office_paper_receipt.html",
        context=office_context(actor, organisation) | context,
    )


HANDLERS = [ask, enter]
