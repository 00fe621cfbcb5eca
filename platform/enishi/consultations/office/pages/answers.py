"""Official answers in the office: draft and approve one, publish all that are approved."""

import uuid
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor
from enishi.consultations import labels
from enishi.consultations.answers import queries, service
from enishi.consultations.answers.schemas import (
    DIVISION_LIMIT,
    GAP_REASON_LIMIT,
    PASSAGE_LIMIT,
    REASON_LIMIT,
    ApprovalForm,
    DraftForm,
    PublicationForm,
)
from enishi.consultations.core import queries as consultations
from enishi.consultations.office.pages.arguments import ARGUMENT
from enishi.consultations.office.pages.dialogue import EDITOR, ONE, AnyRequest, shared_context
from enishi.kit import clock
from enishi.kit.forms import Form
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import Submitted, submitted
from enishi.kit.seen import FIELD
from enishi.organisations import queries as organisations
from enishi.organisations.access import CurrentOrganisation, member
from enishi.organisations.schemas import OrganisationRef

_ALL, _ONE = "consultations/office_answers.html", "consultations/office_answer.html"


async def _all_context(
    request: AnyRequest, actor: Actor, organisation: OrganisationRef, slug: str
) -> dict[str, Any]:
    consultation = await consultations.get_for_office(organisation.id, slug)
    states = await queries.list_states(consultation.id)
    now = clock.now()
    ready = [each.id for each in states if each.is_ready]
    return shared_context(request, actor, organisation) | {
        "consultation": consultation,
        "rows": [(each, each.stage_at(now)) for each in states],
        "stages": labels.STAGES,
        "stage_kinds": labels.STAGE_KINDS,
        "ready": len(ready),
        "seen": service.ready_seen(states),
        "gaps": await queries.count_gaps(consultation.id, now, ready),
        "publications": await queries.list_publications(consultation.id),
        "now": now,
        "gap_reason_limit": GAP_REASON_LIMIT,
    }


@get(ONE + "/answers", name="office:answers", access=member())
async def index(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
) -> Template:
    context = await _all_context(request, actor, organisation, slug)
    return Template(_ALL, context=context | {"form": Form()})


@post(ONE + "/answers", name="office:publish-answers", access=EDITOR, status_code=200)
async def publish(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
) -> Template | Redirect:
    """Publish what is approved, at once or from a day on."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    form = await read_form(request, PublicationForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            await service.publish(actor, consultation, sent.value, form.text(FIELD))
            done = "answers-published" if sent.value.instant is None else "answers-scheduled"
            _go_to_all(sent, organisation, slug, done)
    return await sent.answer(_ALL, lambda: _all_context(request, actor, organisation, slug))


def _go_to_all(sent: Submitted[Any], organisation: OrganisationRef, slug: str, done: str) -> None:
    query = {"done": done}
    sent.go_to("office:answers", organisation_slug=organisation.slug, slug=slug, query=query)


@post(
    ONE + "/answers/{publication_id:uuid}/cancel",
    name="office:cancel-publication",
    access=EDITOR,
    status_code=200,
)
async def cancel(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    publication_id: FromPath[uuid.UUID],
) -> Template | Redirect:
    """Cancel a scheduled publication."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    form = await read_form(request, ApprovalForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            await service.cancel(actor, consultation, publication_id)
            _go_to_all(sent, organisation, slug, "publication-cancelled")
    return await sent.answer(_ALL, lambda: _all_context(request, actor, organisation, slug))


async def _one_context(
    request: AnyRequest,
    actor: Actor,
    organisation: OrganisationRef,
    slug: str,
    argument_id: uuid.UUID,
) -> dict[str, Any]:
    consultation = await consultations.get_for_office(organisation.id, slug)
    state = await queries.get_state(consultation.id, argument_id)
    is_own = state.draft is not None and state.draft.drafted_by == actor.id
    return shared_context(request, actor, organisation) | {
        "consultation": consultation,
        "argument": state,
        "draft": state.draft,
        "stage": state.stage_at(clock.now()),
        "stages": labels.STAGES,
        "stage_kinds": labels.STAGE_KINDS,
        "outcomes": labels.OUTCOMES,
        "outcome_options": labels.options(labels.OUTCOMES),
        "seen": service.draft_seen(state),
        "may_approve": not is_own
        or await organisations.lets_one_person_answer(consultation.organisation_id),
        "is_own": is_own,
        "reason_limit": REASON_LIMIT,
        "division_limit": DIVISION_LIMIT,
        "passage_limit": PASSAGE_LIMIT,
    }


@get(ARGUMENT + "/answer", name="office:answer", access=EDITOR)
async def show(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    argument_id: FromPath[uuid.UUID],
) -> Template:
    context = await _one_context(request, actor, organisation, slug, argument_id)
    return Template(_ONE, context=context | {"form": Form()})


@post(ARGUMENT + "/answer", name="office:draft-answer", access=EDITOR, status_code=200)
async def draft(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    argument_id: FromPath[uuid.UUID],
) -> Template | Redirect:
    consultation = await consultations.get_for_office(organisation.id, slug)
    form = await read_form(request, DraftForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            await service.draft(actor, consultation, argument_id, sent.value, form.text(FIELD))
            sent.go_to(
                "office:answer",
                organisation_slug=organisation.slug,
                slug=slug,
                argument_id=argument_id,
                query={"done": "answer-drafted"},
            )
    return await sent.answer(
        _ONE, lambda: _one_context(request, actor, organisation, slug, argument_id)
    )


@post(ARGUMENT + "/answer/approve", name="office:approve-answer", access=EDITOR, status_code=200)
async def approve(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    argument_id: FromPath[uuid.UUID],
) -> Template | Redirect:
    """The form's lock is the hash of what was read."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    form = await read_form(request, ApprovalForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            await service.approve(actor, consultation, argument_id, form.text(FIELD))
            _go_to_all(sent, organisation, slug, "answer-approved")
    form.typed.pop(FIELD, None)  # the page has another form, whose lock is the number of the draft
    return await sent.answer(
        _ONE, lambda: _one_context(request, actor, organisation, slug, argument_id)
    )


HANDLERS = [index, publish, cancel, show, draft, approve]
