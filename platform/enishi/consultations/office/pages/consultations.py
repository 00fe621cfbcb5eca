"""The office's pages of consultations: edit, publish, open, close, and add seeds."""

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor, Role
from enishi.consultations import labels
from enishi.consultations.core import errors, policies
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.kinds import State
from enishi.consultations.core.phase_summary import phase_summary
from enishi.consultations.core.schemas import ConsultationForm, ConsultationView
from enishi.consultations.office import queries as moderation
from enishi.consultations.office.service import consultations as service
from enishi.consultations.voting import results
from enishi.consultations.voting import service as statement_service
from enishi.consultations.voting.schemas import STATEMENT_LIMIT, StatementForm
from enishi.kit import clock
from enishi.kit.errors import EnishiError, NotFoundError
from enishi.kit.forms import Form
from enishi.kit.http import submissions
from enishi.kit.http.answers import go_to
from enishi.kit.http.parameters import Cursor
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.organisations.access import CurrentOrganisation, member
from enishi.organisations.office_context import office_context
from enishi.organisations.schemas import OrganisationRef
from enishi.themes import queries as themes

AnyRequest = Request[Any, Any, Any]
AT = "/office/{organisation_slug:str}/dialogues"
ONE = AT + "/{slug:str}"
SHOW = "office:dialogue"  # forms and buttons redirect to it
FORM, PAGE = "consultations/office_form.html", "consultations/office_show.html"
EDITOR, MODERATOR = member(Role.EDITOR), member(Role.MODERATOR)


@get(AT, name="office:dialogues", access=member())
async def index(
    actor: CurrentActor, organisation: CurrentOrganisation, after: Cursor = None
) -> Template:
    page = await consultations.list_for_office(organisation.id, after)
    context = {
        "rows": [(each, phase_summary(each)) for each in page.rows],
        "next_cursor": page.next_cursor,
        "can_edit": policies.can_edit(actor, organisation.id),
    }
    return Template(
        "consultations/office_index.html", context=office_context(actor, organisation) | context
    )


async def _form_context(
    actor: Actor, organisation: OrganisationRef, saved: ConsultationView | None = None
) -> dict[str, Any]:
    return office_context(actor, organisation) | {
        "saved": saved,
        "eligibilities": labels.options(labels.ELIGIBILITY),
        "moderations": labels.options(labels.MODERATION),
        "themes": [
            (str(theme.id), str(theme.title))
            for branch in await themes.list_tree(organisation.id)
            for theme in (branch.theme, *(below.theme for below in branch.below))
        ],
        "days": saved.days if saved else dict.fromkeys(("opens_on", "closes_on", "result_on")),
    }


@get(AT + "/new", name="office:new-dialogue", access=EDITOR)
async def new(actor: CurrentActor, organisation: CurrentOrganisation) -> Template:
    context = await _form_context(actor, organisation)
    return Template(FORM, context=context | {"form": Form()})


@post(AT + "/new", name="office:create-dialogue", access=EDITOR, status_code=200)
async def create(
    request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation
) -> Template | Redirect:
    form = await read_form(request, ConsultationForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            await service.create(actor, organisation.id, sent.value)
            sent.go_to(SHOW, organisation_slug=organisation.slug, slug=sent.value.slug)
    return await sent.answer(FORM, lambda: _form_context(actor, organisation))


async def _show_context(actor: Actor, organisation: OrganisationRef, slug: str) -> dict[str, Any]:
    consultation = await consultations.get_for_office(organisation.id, slug)
    counts = await moderation.count_by_state(consultation.id)
    totals = await results.get_totals(consultation.id)
    seeds = await moderation.count_public_statements(consultation.id)
    return office_context(actor, organisation) | {
        "consultation": consultation,
        "phase_summary": phase_summary(consultation),
        "missing": policies.missing_fields(consultation, statements=seeds, now=clock.now()),
        "totals": totals,
        "channels": labels.CHANNELS,
        "waiting": counts.get(State.PENDING, 0),
        "statement_limit": STATEMENT_LIMIT,
        "refusal": None,
        "can_edit": policies.can_edit(actor, organisation.id),
        "accepts_paper": policies.accepts_paper(consultation, clock.now()),
        "can_withdraw": policies.can_withdraw(consultation, clock.now()),
        "can_moderate": policies.can_moderate(actor, consultation, clock.now()),
    }


@get(ONE, name="office:dialogue", access=member())
async def show(
    actor: CurrentActor, organisation: CurrentOrganisation, slug: FromPath[str]
) -> Template:
    context = await _show_context(actor, organisation, slug)
    return Template(PAGE, context=context | {"form": Form()})


@get(ONE + "/edit", name="office:edit-dialogue", access=EDITOR)
async def edit_page(
    actor: CurrentActor, organisation: CurrentOrganisation, slug: FromPath[str]
) -> Template:
    saved = await consultations.get_for_office(organisation.id, slug)
    context = await _form_context(actor, organisation, saved)
    return Template(FORM, context=context | {"form": Form()})


@post(ONE + "/edit", name="office:save-dialogue", access=EDITOR, status_code=200)
async def save(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
) -> Template | Redirect:
    saved = await consultations.get_for_office(organisation.id, slug)
    form = await read_form(request, ConsultationForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            await service.edit(actor, saved, sent.value)
            saved_slug = slug if saved.published_at else sent.value.slug
            sent.go_to(SHOW, organisation_slug=organisation.slug, slug=saved_slug)
    return await sent.answer(FORM, lambda: _form_context(actor, organisation, saved))


_ACTIONS = {
    "publish": service.publish,
    "open": service.open_now,
    "close": service.close_now,
}


@post(ONE + "/move/{verb:str}", name="office:move-dialogue", access=EDITOR, status_code=200)
async def move(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    verb: FromPath[str],
) -> Template | Redirect:
    """Publish, open or close. A repeat is refused, because the phase has changed."""
    await submissions.require_identity(request)
    consultation = await consultations.get_for_office(organisation.id, slug)
    action = _ACTIONS.get(verb)
    if action is None:
        raise NotFoundError
    try:
        await action(actor, consultation)
    except EnishiError as error:
        reasons = error.reasons if isinstance(error, errors.NotReadyError) else {}
        refusal = {"text": str(error), "reasons": list(reasons.values())}
        context = await _show_context(actor, organisation, slug)
        context |= {"form": Form(), "refusal": refusal}
        return Template(PAGE, context=context, status_code=error.status_code)
    return go_to(SHOW, organisation_slug=organisation.slug, slug=slug)


@post(ONE + "/seeds", name="office:seed", access=EDITOR, status_code=200)
async def seed(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
) -> Template | Redirect:
    consultation = await consultations.get_for_office(organisation.id, slug)
    form = await read_form(request, StatementForm)
    async with submitted(request, actor.id, form, "text") as sent:
        if sent.is_new:
            await statement_service.add_seed(actor, consultation, sent.value)
            sent.go_to(SHOW, organisation_slug=organisation.slug, slug=slug)
    return await sent.answer(PAGE, lambda: _show_context(actor, organisation, slug))


HANDLERS = [
    index,
    new,
    create,
    show,
    edit_page,
    save,
    move,
    seed,
]
