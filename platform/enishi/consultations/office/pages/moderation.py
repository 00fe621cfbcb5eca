"""The office's moderation: the list by state, and the forms that accept or hide."""

import uuid
from functools import partial
from typing import Annotated, Any

from litestar import get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor
from enishi.consultations import labels
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.kinds import State
from enishi.consultations.core.schemas import ConsultationView
from enishi.consultations.office import queries as moderation
from enishi.consultations.office.pages.dialogue import MODERATOR, ONE, AnyRequest
from enishi.consultations.office.schemas import ModerationForm
from enishi.consultations.office.service import moderation as moderation_service
from enishi.kit.errors import NotFoundError
from enishi.kit.forms import Form
from enishi.kit.http.answers import do_once, go_to
from enishi.kit.http.parameters import Cursor
from enishi.kit.http.submissions import find_key, read_form
from enishi.kit.seen import FIELD
from enishi.organisations.access import CurrentOrganisation
from enishi.organisations.office_context import office_context
from enishi.organisations.schemas import OrganisationRef

QUEUE = "consultations/office_moderation.html"
Shown = Annotated[State, QueryParameter(name="state")]


@get(ONE + "/moderation", name="office:moderation", access=MODERATOR)
async def queue(
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    shown: Shown = State.PENDING,
    after: Cursor = None,
) -> Template:
    consultation = await consultations.get_for_office(organisation.id, slug)
    context = await _queue_context(actor, organisation, consultation, shown, after)
    return Template(QUEUE, context=context | {"form": Form()})


async def _queue_context(
    actor: Actor,
    organisation: OrganisationRef,
    consultation: ConsultationView,
    shown: State,
    after: str | None,
) -> dict[str, Any]:
    page = await moderation.list_in_state(consultation.id, shown, after)
    return office_context(actor, organisation) | {
        "consultation": consultation,
        "state": shown,
        "states": labels.STATES,
        "state_kinds": labels.STATE_KINDS,
        "counts": await moderation.count_by_state(consultation.id),
        "reasons": labels.HIDDEN_REASONS,
        "reason_options": [
            option for option in labels.options(labels.HIDDEN_REASONS) if option[0] != "at_source"
        ],
        "rows": page.rows,
        "next_cursor": page.next_cursor,
    }


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
) -> Redirect | Template:
    """Show, or hide with a `reason`. Another form gets 409 once the state is set."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    kind = str(request.path_params["kind"])
    if kind not in tuple(moderation_service.ModeratedKind):
        raise NotFoundError
    subject = (moderation_service.ModeratedKind(kind), subject_id)
    form = await read_form(request, ModerationForm)
    if form.refusal:
        raise form.refusal
    if form.value is None:
        context = await _queue_context(actor, organisation, consultation, State.PENDING, None)
        return Template(QUEUE, context=context | {"form": form}, status_code=422)
    seen = form.text(FIELD)
    if form.value.reason is None:
        act = partial(moderation_service.accept, actor, consultation, subject, seen)
        state = State.PENDING
    else:
        reason = form.value.reason
        act = partial(moderation_service.hide, actor, consultation, subject, reason, seen)
        state = State.HIDDEN
    if await find_key(request) is None:
        await act()  # the state that was seen is lock enough
    else:
        await do_once(request, actor.id, act)
    return go_to(
        "office:moderation",
        organisation_slug=organisation.slug,
        slug=slug,
        query={"state": state.value},
    )


HANDLERS = [queue, moderate]
