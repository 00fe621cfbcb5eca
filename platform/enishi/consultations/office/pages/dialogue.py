"""A dialogue in its office: the list, the checklist, the preview; shared paths and context."""

from typing import Any

from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor, Role
from enishi.consultations import labels
from enishi.consultations.core import acts, policies
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.kinds import Kind, State
from enishi.consultations.core.phase_summary import phase_summary
from enishi.consultations.core.schemas import ConsultationView
from enishi.consultations.moderation import queries as moderation
from enishi.consultations.office import queries
from enishi.consultations.office.checklist import tasks
from enishi.consultations.pages.consultations import page_context
from enishi.consultations.voting import results
from enishi.kit import clock
from enishi.kit.forms import Form
from enishi.kit.http.parameters import Cursor
from enishi.kit.i18n import gettext_lazy
from enishi.organisations.access import CurrentOrganisation, member
from enishi.organisations.office_context import office_context
from enishi.organisations.schemas import OrganisationRef

AnyRequest = Request[Any, Any, Any]
AT = "/office/{organisation_slug:str}/dialogues"
ONE = AT + "/{slug:str}"
SHOW = "office:dialogue"  # forms and buttons redirect to it
EDITOR, MODERATOR = member(Role.EDITOR), member(Role.MODERATOR)
INDEX, PAGE = "consultations/office_index.html", "consultations/office_show.html"
PREVIEW = "consultations/office_preview.html"

# The notice above a page, selected by `done` in its query string.
_DONE = {
    "drafted": gettext_lazy("下書きを作りました。"),
    "saved": gettext_lazy("保存しました。"),
    "added": gettext_lazy("意見カードを加えました。"),
    "removed": gettext_lazy("削除しました。"),
    "publish": gettext_lazy("公開しました。"),
    "open": gettext_lazy("募集を始めました。"),
    "close": gettext_lazy("募集を終えました。"),
    "reopen": gettext_lazy("募集を再開しました。"),
    "argument-added": gettext_lazy("論点を作りました。この論点に入れるものを選んでください。"),
    "placed": gettext_lazy("選んだものを、この論点に入れました。"),
    "taken-out": gettext_lazy("選んだものを、この論点から外しました。"),
    "split": gettext_lazy("選んだものを、新しい論点に分けました。"),
    "merged": gettext_lazy("論点をまとめました。"),
    "answer-drafted": gettext_lazy("案を保存しました。次は、ほかの人が決裁します。"),
    "answer-approved": gettext_lazy("決裁しました。"),
    "answers-published": gettext_lazy("回答を公表しました。"),
    "answers-scheduled": gettext_lazy("公表を予約しました。"),
    "publication-cancelled": gettext_lazy("公表の予約を取り消しました。"),
    "set-aside": gettext_lazy("ゲストを集計から外しました。"),
    "taken-back": gettext_lazy("ゲストを集計に戻しました。"),
}


def shared_context(
    request: AnyRequest, actor: Actor, organisation: OrganisationRef
) -> dict[str, Any]:
    """The template context of every page about dialogues."""
    return office_context(actor, organisation) | {
        "can_edit": policies.can_edit(actor, organisation.id),
        "done": _DONE.get(request.query_params.get("done", ""), ""),
    }


@get(AT, name="office:dialogues", access=member())
async def index(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    after: Cursor = None,
) -> Template:
    page = await consultations.list_for_office(organisation.id, after)
    context = {
        "rows": [(each, phase_summary(each)) for each in page.rows],
        "next_cursor": page.next_cursor,
        "has_ordinance": Kind.PUBLIC_COMMENT_ORDINANCE in acts.kinds_of(organisation.kind),
    }
    return Template(INDEX, context=shared_context(request, actor, organisation) | context)


async def checklist(consultation: ConsultationView) -> dict[str, Any]:
    """The parts of a dialogue with what is missing in each, for the template `_office_tasks`."""
    seeds = await queries.count_public_statements(consultation.id)
    missing = policies.missing_fields(consultation, statements=seeds, now=clock.now())
    found = tasks(consultation.kind, missing)
    return {"tasks": found, "missing": missing, "seed_count": seeds}


@get(ONE, name=SHOW, access=member())
async def show(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
) -> Template:
    consultation = await consultations.get_for_office(organisation.id, slug)
    counts = await moderation.count_by_state(consultation.id)
    now = clock.now()
    context = {
        "consultation": consultation,
        "phase_summary": phase_summary(consultation),
        "totals": await results.get_totals(consultation.id),
        "participants": await queries.count_participants(consultation.id),
        "waiting": counts.get(State.PENDING, 0),
        "reported": await moderation.count_waiting(consultation.id),
        "accepts_paper": policies.accepts_paper(consultation, now),
        "kind": labels.KINDS[consultation.kind],
        "can_open": policies.can_open(consultation, now),
        "can_close": policies.can_close(consultation, now),
        "can_reopen": policies.can_reopen(consultation, now),
        "can_withdraw": policies.can_withdraw(consultation, now),
        "can_moderate": policies.can_moderate(actor, consultation, now),
    }
    shared = shared_context(request, actor, organisation) | await checklist(consultation)
    return Template(PAGE, context=shared | context)


@get(ONE + "/preview", name="office:preview-dialogue", access=member())
async def preview(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
) -> Template:
    """The public page as it would be if the dialogue were published now."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    context = await preview_context(request, actor, organisation, consultation)
    return Template(PREVIEW, context=context | {"asks": False, "form": Form()})


async def preview_context(
    request: AnyRequest,
    actor: Actor,
    organisation: OrganisationRef,
    consultation: ConsultationView,
) -> dict[str, Any]:
    public = await page_context(consultation)
    seeds = await queries.list_seeds(consultation.id)
    return {
        **public,
        **shared_context(request, actor, organisation),
        **await checklist(consultation),
        "seeds": seeds.rows,
    }


HANDLERS = [index, show, preview]
