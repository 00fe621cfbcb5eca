"""The office's moderation: the list by state, reported texts, and the forms that decide on them."""

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
from enishi.consultations.moderation import queries as moderation
from enishi.consultations.moderation.kinds import ModeratedKind
from enishi.consultations.moderation.schemas import (
    Grounds,
    ModerationAct,
    ModerationForm,
)
from enishi.consultations.moderation.service import decisions, reports
from enishi.consultations.office.pages.dialogue import MODERATOR, ONE, AnyRequest
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
REPORTED = "consultations/office_reported.html"
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


@get(ONE + "/moderation/reported", name="office:reported", access=MODERATOR)
async def reported(
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    after: Cursor = None,
) -> Template:
    """Texts that people reported, those with most reports first."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    context = await _reported_context(actor, organisation, consultation, after)
    return Template(REPORTED, context=context | {"form": Form()})


async def shared_context(
    actor: Actor, organisation: OrganisationRef, consultation: ConsultationView
) -> dict[str, Any]:
    """What every page of moderation shows: the tabs with their counts, and the reasons."""
    return office_context(actor, organisation) | {
        "consultation": consultation,
        "states": labels.STATES,
        "state_kinds": labels.STATE_KINDS,
        "counts": await moderation.count_by_state(consultation.id),
        "waiting": await moderation.count_waiting(consultation.id),
        "reasons": labels.HIDDEN_REASONS,
        "reason_options": labels.reason_options(),
        "is_overdue": moderation.is_overdue,
    }


async def _queue_context(
    actor: Actor,
    organisation: OrganisationRef,
    consultation: ConsultationView,
    shown: State,
    after: str | None,
) -> dict[str, Any]:
    page = await moderation.list_in_state(consultation.id, shown, after)
    return await shared_context(actor, organisation, consultation) | {
        "state": shown,
        "rows": page.rows,
        "next_cursor": page.next_cursor,
    }


async def _reported_context(
    actor: Actor, organisation: OrganisationRef, consultation: ConsultationView, after: str | None
) -> dict[str, Any]:
    page = await moderation.list_reported(consultation.id, after)
    return await shared_context(actor, organisation, consultation) | {
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
    """Show, hide with a `reason`, or keep a reported text. 409 once the state is another one."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    kind = str(request.path_params["kind"])
    if kind not in tuple(ModeratedKind):
        raise NotFoundError
    subject = (ModeratedKind(kind), subject_id)
    form = await read_form(request, ModerationForm)
    if form.refusal:
        raise form.refusal
    if form.value is None:
        row = await moderation.get_text(consultation.id, subject)
        context = await shared_context(actor, organisation, consultation)
        context |= {"state": row.state, "rows": [row], "next_cursor": None, "form": form}
        return Template(QUEUE, context=context, status_code=422)
    seen = form.text(FIELD)
    state = State.PENDING
    if form.value.act is ModerationAct.KEEP:
        act = partial(reports.keep, actor, consultation, subject)
    elif form.value.reason is None:
        act = partial(decisions.accept, actor, consultation, subject, seen)
    else:
        grounds = Grounds(form.value.reason, form.value.note)
        act = partial(decisions.hide, actor, consultation, subject, grounds, seen)
        state = State.HIDDEN
    if await find_key(request) is None:
        await act()  # the state that was seen is lock enough
    else:
        await do_once(request, actor.id, act)
    is_kept = form.value.act is ModerationAct.KEEP
    return go_to(
        "office:reported" if is_kept else "office:moderation",
        organisation_slug=organisation.slug,
        slug=slug,
        query=None if is_kept else {"state": state.value},
    )


HANDLERS = [queue, reported, moderate]
