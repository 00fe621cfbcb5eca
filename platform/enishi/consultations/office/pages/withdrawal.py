"""The office's page for taking back a dialogue."""

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.schemas import ConsultationView, WithdrawalForm
from enishi.consultations.office.pages.consultations import EDITOR, ONE
from enishi.consultations.office.service import withdrawal as service
from enishi.kit.errors import EnishiError
from enishi.kit.forms import Form
from enishi.kit.http.answers import done_or_again, refused
from enishi.kit.http.submissions import read_form
from enishi.organisations.access import CurrentOrganisation
from enishi.organisations.office_context import office_context

AnyRequest = Request[Any, Any, Any]
PAGE = "consultations/office_withdraw.html"


@get(ONE + "/withdraw", name="office:ask-withdrawal", access=EDITOR)
async def ask(
    actor: CurrentActor, organisation: CurrentOrganisation, slug: FromPath[str]
) -> Template:
    consultation = await consultations.get_for_office(organisation.id, slug)
    context = office_context(actor, organisation) | {"consultation": consultation, "form": Form()}
    return Template(PAGE, context=context)


@post(ONE + "/withdraw", name="office:withdraw-dialogue", access=EDITOR, status_code=200)
async def withdraw(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
) -> Template | Redirect:
    consultation: ConsultationView = await consultations.get_for_office(organisation.id, slug)
    form = await read_form(request, WithdrawalForm)

    async def act(wanted: WithdrawalForm) -> str:
        await service.withdraw(actor, consultation, wanted)
        return f"/office/{organisation.slug}/dialogues/{slug}"

    async def again(error: EnishiError | None) -> Template:
        return refused(
            PAGE, form, error, **office_context(actor, organisation), consultation=consultation
        )

    return await done_or_again(request, actor.id, form, act, again)


HANDLERS = [ask, withdraw]
