"""The office's pages of the steps after the call: their planned days, and when each is done."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor
from enishi.consultations.core import acts
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.acts import Act
from enishi.consultations.core.kinds import StepKind
from enishi.consultations.core.schemas import PUBLIC_REASON_LIMIT, ConsultationView
from enishi.consultations.office.pages.dialogue import EDITOR, ONE, AnyRequest, shared_context
from enishi.consultations.timeline import labels as step_labels
from enishi.consultations.timeline import policies, queries, service
from enishi.consultations.timeline.schemas import DoneForm, PlanForm
from enishi.kit import clock, seen
from enishi.kit.errors import NotFoundError
from enishi.kit.forms import Form
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.organisations.access import CurrentOrganisation
from enishi.organisations.schemas import OrganisationRef

PLAN, DONE = "consultations/office_timeline.html", "consultations/office_step.html"
_SHOW = "office:timeline"


async def _plan_context(
    request: AnyRequest, actor: Actor, organisation: OrganisationRef, consultation: ConsultationView
) -> dict[str, Any]:
    stored = await queries.stored_steps(consultation.id)
    now = clock.now()
    return shared_context(request, actor, organisation) | {
        "consultation": consultation,
        "steps": await queries.list_steps(consultation),
        "step_labels": step_labels.STEPS,
        "step_hints": step_labels.STEP_HINTS,
        "saved": {kind.value: step.planned_on for kind, step in stored.items()},
        "seen": policies.fingerprint({kind: step.planned_on for kind, step in stored.items()}),
        "can_plan": acts.possible_at(Act.PLAN, consultation, now),
        "can_record": acts.possible_at(Act.RECORD, consultation, now),
    }


@get(ONE + "/timeline", name=_SHOW, access=EDITOR)
async def show(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
) -> Template:
    consultation = await consultations.get_for_office(organisation.id, slug)
    context = await _plan_context(request, actor, organisation, consultation)
    return Template(PLAN, context=context | {"form": Form()})


@post(ONE + "/timeline", name="office:save-plan", access=EDITOR, status_code=200)
async def save_plan(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
) -> Template | Redirect:
    consultation = await consultations.get_for_office(organisation.id, slug)
    form = await read_form(request, PlanForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            await service.plan(actor, consultation, sent.value, form.text(seen.FIELD))
            query = {"done": "saved"}
            sent.go_to(_SHOW, organisation_slug=organisation.slug, slug=slug, query=query)
    return await sent.answer(
        PLAN, lambda: _plan_context(request, actor, organisation, consultation)
    )


def _recorded(name: str) -> StepKind:
    """Raises NotFoundError for a word that is no step, and for one that is not recorded by hand."""
    if name not in tuple(StepKind) or not StepKind(name).is_recorded:
        raise NotFoundError
    return StepKind(name)


async def _step_context(
    request: AnyRequest,
    actor: Actor,
    organisation: OrganisationRef,
    consultation: ConsultationView,
    kind: StepKind,
) -> dict[str, Any]:
    step = (await queries.stored_steps(consultation.id))[kind]
    return shared_context(request, actor, organisation) | {
        "consultation": consultation,
        "step": step,
        "step_label": step_labels.STEPS[kind],
        "seen": step.fingerprint,
        "limit": PUBLIC_REASON_LIMIT,
        "today": clock.today(),
        "is_possible": acts.possible_at(Act.RECORD, consultation, clock.now()),
    }


@get(ONE + "/timeline/{step:str}", name="office:ask-step", access=EDITOR)
async def ask_step(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    step: FromPath[str],
) -> Template:
    kind = _recorded(step)
    consultation = await consultations.get_for_office(organisation.id, slug)
    context = await _step_context(request, actor, organisation, consultation, kind)
    return Template(DONE, context=context | {"form": Form()})


@post(ONE + "/timeline/{step:str}", name="office:record-step", access=EDITOR, status_code=200)
async def record_step(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    step: FromPath[str],
) -> Template | Redirect:
    kind = _recorded(step)
    consultation = await consultations.get_for_office(organisation.id, slug)
    form = await read_form(request, DoneForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            await service.record_done(actor, consultation, kind, sent.value, form.text(seen.FIELD))
            query = {"done": "saved"}
            sent.go_to(_SHOW, organisation_slug=organisation.slug, slug=slug, query=query)
    return await sent.answer(
        DONE, lambda: _step_context(request, actor, organisation, consultation, kind)
    )


HANDLERS = [show, save_plan, ask_step, record_step]
