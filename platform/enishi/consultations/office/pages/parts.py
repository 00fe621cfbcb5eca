"""The forms of a dialogue, one page for each part."""

from functools import partial
from itertools import pairwise
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor
from enishi.consultations import labels
from enishi.consultations.core import acts, notice_period
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.acts import Act
from enishi.consultations.core.kinds import Kind
from enishi.consultations.core.schemas import PUBLIC_REASON_LIMIT, ConsultationView
from enishi.consultations.office.checklist import SEEDS, TITLES, parts_of
from enishi.consultations.office.pages.dialogue import (
    AT,
    EDITOR,
    ONE,
    SHOW,
    AnyRequest,
    shared_context,
)
from enishi.consultations.office.part_forms import FORMS, NewForm, Part, PartForm, TopicForm
from enishi.consultations.office.service import parts as service
from enishi.kit.errors import NotFoundError
from enishi.kit.forms import Form, longest
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.kit.i18n import LazyText
from enishi.organisations.access import CurrentOrganisation
from enishi.organisations.schemas import OrganisationRef
from enishi.themes import queries as themes

_TEMPLATES = {
    Part.TOPIC: "consultations/office_part_topic.html",
    Part.NOTICE: "consultations/office_part_notice.html",
    Part.RULES: "consultations/office_part_rules.html",
    Part.CONTACT: "consultations/office_part_contact.html",
}
_EDIT, _SEEDS, _PUBLISH = "office:edit-dialogue", "office:seeds", "office:ask-move-dialogue"


@get(AT + "/new", name="office:new-dialogue", access=EDITOR)
async def new(
    request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation
) -> Template:
    context = await _context(request, actor, organisation, NewForm, None)
    return Template(_TEMPLATES[Part.TOPIC], context=context | {"form": Form()})


@post(AT + "/new", name="office:create-dialogue", access=EDITOR, status_code=200)
async def create(
    request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation
) -> Template | Redirect:
    form = await read_form(request, NewForm)
    then = str((await request.form()).get("then", ""))
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            slug = await service.create(actor, organisation, sent.value)
            route_name, params = _page_after(sent.value.kind, Part.TOPIC, then)
            sent.go_to(
                route_name,
                organisation_slug=organisation.slug,
                slug=slug,
                query={"done": "drafted"},
                **params,
            )
    return await sent.answer(
        _TEMPLATES[Part.TOPIC], lambda: _context(request, actor, organisation, NewForm, None)
    )


@get(ONE + "/edit/{part:str}", name=_EDIT, access=EDITOR)
async def edit(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    part: FromPath[str],
) -> Template:
    saved = await consultations.get_for_office(organisation.id, slug)
    shape = _shape(saved.kind, part)
    context = await _context(request, actor, organisation, shape, saved)
    return Template(_TEMPLATES[shape.part], context=context | {"form": Form()})


@post(ONE + "/edit/{part:str}", name="office:save-dialogue", access=EDITOR, status_code=200)
async def save(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    part: FromPath[str],
) -> Template | Redirect:
    saved = await consultations.get_for_office(organisation.id, slug)
    shape = _shape(saved.kind, part)
    form = await read_form(request, shape)
    then = str((await request.form()).get("then", ""))
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            new_slug = await service.edit(actor, saved, sent.value, form.text("seen"))
            route_name, params = _page_after(saved.kind, shape.part, then)
            sent.go_to(
                route_name,
                organisation_slug=organisation.slug,
                slug=new_slug,
                query={"done": "saved"},
                **params,
            )
    return await sent.answer(
        _TEMPLATES[shape.part], lambda: _context(request, actor, organisation, shape, saved)
    )


def _shape(kind: Kind, part: str) -> type[PartForm]:
    if part == SEEDS or part not in parts_of(kind):
        raise NotFoundError
    return FORMS[Part(part)]


def _page_after(kind: Kind, part: Part, then: str) -> tuple[str, dict[str, str]]:
    """The route of the page after a saved part, with its parameter.

    `then` is the pressed button: "next" leads to the next part, and after the last part to the
    preview with its button to publish; any other leads back to the dialogue.
    """
    if then != "next":
        return SHOW, {}
    parts = parts_of(kind)
    following = dict(pairwise(parts)).get(part)
    if following is None:
        return _PUBLISH, {"verb": "publish"}
    return (_SEEDS, {}) if following == SEEDS else (_EDIT, {"part": following})


async def _context(
    request: AnyRequest,
    actor: Actor,
    organisation: OrganisationRef,
    shape: type[PartForm],
    consultation: ConsultationView | None,
) -> dict[str, Any]:
    """`consultation` is None for the first part of a new dialogue."""
    kind = consultation.kind if consultation else Kind.DIALOGUE
    parts = parts_of(kind)
    context: dict[str, Any] = {
        "consultation": consultation,
        "saved": shape.saved_in(consultation)
        if consultation
        else dict.fromkeys(shape.model_fields),
        "seen": shape.fingerprint(consultation) if consultation else "",
        "longest": partial(longest, shape),
        "reason_limit": PUBLIC_REASON_LIMIT,
        "part_title": TITLES[shape.part],
        "part_number": parts.index(shape.part) + 1,
        "part_count": len(parts),
        "is_draft": consultation is None or consultation.published_at is None,
        "kind": kind,
        "has_cards": acts.has(kind, Act.VOTE),
        "kinds": _kinds(organisation),
        "earliest_close": notice_period.earliest_close(consultation) if consultation else None,
        "required_days": notice_period.required_days(consultation) if consultation else None,
        "themes": await _themes(organisation) if issubclass(shape, TopicForm) else [],
        "eligibilities": labels.options(labels.ELIGIBILITY),
        "moderations": labels.options(labels.MODERATION),
        "terms": labels.TERMS,
    }
    return shared_context(request, actor, organisation) | context


def _kinds(organisation: OrganisationRef) -> list[tuple[str, LazyText, LazyText]]:
    """(value, label, hint) of the kinds that this organisation may hold."""
    return [
        (kind.value, labels.KINDS[kind], labels.KIND_HINTS[kind])
        for kind in acts.kinds_of(organisation.kind)
    ]


async def _themes(organisation: OrganisationRef) -> list[tuple[str, str]]:
    return [
        (str(theme.id), str(theme.title))
        for branch in await themes.list_tree(organisation.id)
        for theme in (branch.theme, *(below.theme for below in branch.below))
    ]


HANDLERS = [new, create, edit, save]
