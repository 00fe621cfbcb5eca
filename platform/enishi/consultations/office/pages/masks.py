"""Masking a passage of a text, and the list of masked texts with their sealed originals."""

import uuid
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.schemas import ConsultationView
from enishi.consultations.moderation import queries
from enishi.consultations.moderation.kinds import ModeratedKind
from enishi.consultations.moderation.schemas import WORDS_LIMIT, MaskForm, Original
from enishi.consultations.moderation.service import masks
from enishi.consultations.office.pages.dialogue import MODERATOR, ONE, AnyRequest
from enishi.consultations.office.pages.moderation import shared_context
from enishi.kit.errors import NotFoundError
from enishi.kit.forms import Form
from enishi.kit.http.parameters import Cursor
from enishi.kit.http.submissions import read_form, require_identity
from enishi.kit.http.submitted import submitted
from enishi.organisations.access import CurrentOrganisation
from enishi.organisations.schemas import OrganisationRef

FORM, LIST = "consultations/office_mask.html", "consultations/office_masked.html"
ORIGINAL = "consultations/office_original.html"
AT = ONE + "/moderation/{kind:str}/{subject_id:uuid}/mask"
Subject = tuple[ModeratedKind, uuid.UUID]


async def _form_context(
    actor: Actor, organisation: OrganisationRef, consultation: ConsultationView, subject: Subject
) -> dict[str, Any]:
    return await shared_context(actor, organisation, consultation) | {
        "row": await queries.get_text(consultation.id, subject),
        "limit": WORDS_LIMIT,
        "mask": masks.MASK,
    }


def _subject(kind: str, subject_id: uuid.UUID) -> Subject:
    if kind not in tuple(ModeratedKind):
        raise NotFoundError
    return ModeratedKind(kind), subject_id


@get(AT, name="office:ask-mask", access=MODERATOR)
async def ask(
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    kind: FromPath[str],
    subject_id: FromPath[uuid.UUID],
) -> Template:
    consultation = await consultations.get_for_office(organisation.id, slug)
    subject = _subject(kind, subject_id)
    context = await _form_context(actor, organisation, consultation, subject)
    return Template(FORM, context=context | {"form": Form()})


@post(AT, name="office:mask", access=MODERATOR, status_code=200)
async def mask(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    subject_id: FromPath[uuid.UUID],
) -> Redirect | Template:
    """Mask a passage. 409 with what was typed if the text does not have it, or no longer."""
    consultation = await consultations.get_for_office(organisation.id, slug)
    subject = _subject(str(request.path_params["kind"]), subject_id)
    form = await read_form(request, MaskForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            await masks.mask(actor, consultation, subject, sent.value)
            sent.go_to("office:masked", organisation_slug=organisation.slug, slug=slug)
    return await sent.answer(
        FORM, lambda: _form_context(actor, organisation, consultation, subject)
    )


@get(ONE + "/moderation/masked", name="office:masked", access=MODERATOR)
async def masked(
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    after: Cursor = None,
) -> Template:
    consultation = await consultations.get_for_office(organisation.id, slug)
    page = await queries.list_maskings(consultation.id, after)
    context = await shared_context(actor, organisation, consultation)
    return Template(LIST, context=context | {"rows": page.rows, "next_cursor": page.next_cursor})


@post(
    ONE + "/moderation/masked/{masking_id:uuid}",
    name="office:view-original",
    access=MODERATOR,
    status_code=200,
)
async def view_original(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    slug: FromPath[str],
    masking_id: FromPath[uuid.UUID],
) -> Template:
    """The sealed original. By POST: each look writes its audit entry, and no link fetches it."""
    await require_identity(request)
    consultation = await consultations.get_for_office(organisation.id, slug)
    original: Original = await masks.view_original(actor, consultation, masking_id)
    context = await shared_context(actor, organisation, consultation)
    headers = {"cache-control": "no-store"}  # not in the cache of a shared machine
    return Template(ORIGINAL, context=context | {"original": original}, headers=headers)


HANDLERS = [ask, mask, masked, view_original]
