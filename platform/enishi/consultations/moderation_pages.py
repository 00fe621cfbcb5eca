"""The office's page of what waits for a moderator, and a moderator's acts."""

import uuid
from typing import Annotated, Any

from litestar import Request, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.consultations import addresses, labels
from enishi.consultations.office_pages import MODERATOR, ONE
from enishi.consultations.pages.dialogues import Cursor
from enishi.consultations.queries import dialogues, moderation
from enishi.consultations.schemas import HidingForm, State
from enishi.consultations.service import moderation as moderation_service
from enishi.kit.errors import NotFoundError
from enishi.kit.http.submissions import read_form
from enishi.organisations.access import CurrentOrganisation
from enishi.organisations.office_context import office_context

AnyRequest = Request[Any, Any, Any]
Shown = Annotated[State, QueryParameter(name="state")]


@get(ONE + "/moderation", name="office:moderation", access=MODERATOR)
async def queue(
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    shown: Shown = State.PENDING,
    after: Cursor = None,
) -> Template:
    dialogue = await dialogues.get_for_office(organisation.id, slug)
    page = await moderation.list_in_state(dialogue.id, shown, after)
    context = {
        "dialogue": dialogue,
        "state": shown,
        "states": labels.STATES,
        "state_kinds": labels.STATE_KINDS,
        "counts": await moderation.count_by_state(dialogue.id),
        "reasons": labels.HIDDEN_REASONS,
        "reason_options": [
            option for option in labels.options(labels.HIDDEN_REASONS) if option[0] != "at_source"
        ],
        "rows": page.rows,
        "next_cursor": page.next_cursor,
    }
    return Template(
        "consultations/office_moderation.html",
        context=office_context(actor, organisation) | context,
    )


@post(
    ONE + "/moderation/{kind:str}/{subject_id:uuid}",
    name="office:moderate",
    access=MODERATOR,
    status_code=200,
)
async def moderate(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    subject_id: FromPath[uuid.UUID],
) -> Redirect:
    """Hide with a reason, or show: `reason` empty means show. A repeat is refused as done."""
    dialogue = await dialogues.get_for_office(organisation.id, slug)
    kind = str(request.path_params["kind"])
    if kind not in tuple(moderation_service.Subject):
        raise NotFoundError
    subject = (moderation_service.Subject(kind), subject_id)
    form = await read_form(request, HidingForm)
    if form.value is None:
        await moderation_service.accept(actor, dialogue, subject)
        back = State.PENDING
    else:
        await moderation_service.hide(actor, dialogue, subject, form.value.reason)
        back = State.HIDDEN
    answer = addresses.office(organisation.slug, slug, "moderation")
    return Redirect(f"{answer}?state={back.value}", status_code=303)


HANDLERS = [queue, moderate]
