"""Submitting an opinion, changing and withdrawing it, and looking it up by receipt number."""

import uuid
from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Template

from enishi.accounts.access import ANYONE, OptionalActor
from enishi.accounts.errors import SignInNeededError
from enishi.accounts.queries import get_account
from enishi.accounts.schemas import Actor
from enishi.consultations import labels
from enishi.consultations.answers import queries as answers
from enishi.consultations.core.access import get_consultation, get_published
from enishi.consultations.core.kinds import Moderation
from enishi.consultations.core.phase_summary import phase_summary
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.moderation import queries as moderation
from enishi.consultations.opinions import queries as opinions
from enishi.consultations.opinions import receipts, service
from enishi.consultations.opinions.schemas import (
    OPINION_LIMIT,
    OpinionPageForm,
    OwnOpinion,
    ReceiptForm,
)
from enishi.consultations.participation.access import (
    ensure_author,
    find_participant,
    guest_cookies,
    require_author,
)
from enishi.kit import clock
from enishi.kit.errors import NotFoundError, RetryLaterError
from enishi.kit.forms import Form
from enishi.kit.http.answers import do_once, go_to
from enishi.kit.http.opened_as import SignedOutMeanwhileError
from enishi.kit.http.submissions import find_key, read_form, require_identity
from enishi.kit.http.submitted import refused, submitted
from enishi.kit.i18n import gettext_lazy
from enishi.kit.seen import FIELD

FORM, RECEIPT = "consultations/opinion_form.html", "consultations/receipt.html"
RECEIVED = "consultations/received.html"
UNKNOWN_RECEIPT = gettext_lazy(
    "この受付番号の意見は見つかりません。番号をもう一度確かめてください。"
)


async def _form_context(
    consultation: ConsultationRef, visitor: Actor | None, saved: OwnOpinion | None = None
) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "phase_summary": phase_summary(consultation),
        "saved": saved,
        "limit": OPINION_LIMIT,
        "names": labels.options(labels.NAMES),
        "is_reviewed": consultation.moderation is Moderation.BEFORE,
        "preview": None,
        "signed_in": visitor is not None,
        "may_write": consultation.admits(is_signed_in=visitor is not None),
    }


async def _preview(
    form: Form[OpinionPageForm],
    consultation: ConsultationRef,
    visitor: Actor | None,
    saved: OwnOpinion | None = None,
) -> Template:
    """The form again with the text as readers will see it; nothing is written."""
    context = await _form_context(consultation, visitor, saved)
    return Template(FORM, context=context | {"form": form, "preview": form.value})


@get("/dialogues/{slug:str}/opinions/new", name="dialogues:new-opinion", access=ANYONE)
async def new(slug: FromPath[str], visitor: OptionalActor) -> Template:
    context = await _form_context(await get_consultation(slug), visitor)
    return Template(FORM, context=context | {"form": Form()})


@post(
    "/dialogues/{slug:str}/opinions/new",
    name="dialogues:submit-opinion",
    access=ANYONE,
    status_code=200,
)
async def submit(
    request: HTMXRequest, slug: FromPath[str], visitor: OptionalActor
) -> Template | Redirect:
    """Submit an opinion. The answer is the page with the receipt number, also to a repeat."""
    consultation = await get_consultation(slug)
    form = await read_form(request, OpinionPageForm)
    if form.value is None:  # before a participant is inserted
        require_author(form, consultation, visitor)
        context = await _form_context(consultation, visitor)
        return Template(FORM, context=context | {"form": form}, status_code=form.status_code)
    if form.value.step == "preview":
        return await _preview(form, consultation, visitor)
    try:
        key = await find_key(request)
        participant = await ensure_author(request, consultation, visitor, key)
    except RetryLaterError as error:  # too many new guests: the text stays in the form
        return await refused(form, error).answer(FORM, lambda: _form_context(consultation, visitor))
    address = (await get_account(visitor.id)).address if visitor else form.value.address
    participant_id = participant.participant_id
    async with submitted(request, participant_id, form) as sent:
        sent.cookies = guest_cookies(consultation, participant)
        if sent.is_new:
            _, number = await service.submit(consultation, participant, sent.value, address)
            sent.go_to("dialogues:mine", slug=slug)
            sent.outcome["receipt"] = receipts.seal(number, participant_id)
            sent.outcome["at"] = clock.now().isoformat()
    receipt = receipts.unseal(sent.outcome.get("receipt", ""), participant_id)
    if receipt and sent.is_done:
        context = {
            "consultation": consultation,
            "receipt": receipt,
            "mailed": address is not None,
            "received_at": datetime.fromisoformat(sent.outcome["at"]),
        }
        return Template(RECEIVED, context=context, cookies=sent.cookies)
    return await sent.answer(FORM, lambda: _form_context(consultation, visitor))


async def _own(
    request: HTMXRequest,
    consultation: ConsultationRef,
    visitor: Actor | None,
    opinion_id: uuid.UUID,
) -> tuple[uuid.UUID, OwnOpinion]:
    participant_id = await find_participant(request, consultation, visitor)
    if participant_id is None:
        raise NotFoundError
    return participant_id, await opinions.get_own(participant_id, opinion_id)


async def require_session(request: HTMXRequest) -> None:
    """Raise SignInNeededError for a form of an account whose session ended.

    Without a session there is no opinion of its own to find, but something to keep.
    """
    try:
        await require_identity(request)
    except SignedOutMeanwhileError:
        raise SignInNeededError from None


@get(
    "/dialogues/{slug:str}/opinions/{opinion_id:uuid}/edit",
    name="dialogues:edit-opinion",
    access=ANYONE,
)
async def edit_page(
    request: HTMXRequest,
    slug: FromPath[str],
    opinion_id: FromPath[uuid.UUID],
    visitor: OptionalActor,
) -> Template:
    consultation = await get_consultation(slug)
    _, saved = await _own(request, consultation, visitor, opinion_id)
    context = await _form_context(consultation, visitor, saved)
    return Template(FORM, context=context | {"form": Form()})


@post(
    "/dialogues/{slug:str}/opinions/{opinion_id:uuid}/edit",
    name="dialogues:change-opinion",
    access=ANYONE,
    status_code=200,
)
async def edit(
    request: HTMXRequest,
    slug: FromPath[str],
    opinion_id: FromPath[uuid.UUID],
    visitor: OptionalActor,
) -> Template | Redirect:
    consultation = await get_consultation(slug)
    form = await read_form(request, OpinionPageForm)
    if form.refusal and visitor is None:
        raise SignInNeededError  # as require_session
    participant_id, saved = await _own(request, consultation, visitor, opinion_id)
    if form.value is not None and form.value.step == "preview":
        return await _preview(form, consultation, visitor, saved)
    async with submitted(request, participant_id, form) as sent:
        if sent.is_new:
            seen = form.text(FIELD)
            await service.edit(consultation, participant_id, opinion_id, sent.value, seen)
            sent.go_to("dialogues:mine", slug=slug, query={"sent": "changed"})
    return await sent.answer(FORM, lambda: _form_context(consultation, visitor, saved))


@post(
    "/dialogues/{slug:str}/opinions/{opinion_id:uuid}/withdraw",
    name="dialogues:withdraw-opinion",
    access=ANYONE,
    status_code=200,
)
async def withdraw(
    request: HTMXRequest,
    slug: FromPath[str],
    opinion_id: FromPath[uuid.UUID],
    visitor: OptionalActor,
) -> Redirect:
    consultation = await get_consultation(slug)
    await require_session(request)
    participant_id, _ = await _own(request, consultation, visitor, opinion_id)
    await do_once(
        request, participant_id, lambda: service.withdraw(consultation, participant_id, opinion_id)
    )
    return go_to("dialogues:mine", slug=slug, query={"sent": "withdrawn"})


async def receipt_context(
    consultation: ConsultationRef, form: Form[ReceiptForm], found: OwnOpinion | None = None
) -> dict[str, Any]:
    hidings = await moderation.list_of_texts([found.id]) if found else {}
    return {
        "answered": await answers.find_for_opinion(consultation.id, found.id) if found else None,
        "outcomes": labels.OUTCOMES,
        "consultation": consultation,
        "form": form,
        "found": found,
        "decision": hidings.get(found.id) if found else None,
        "states": labels.STATES,
        "state_kinds": labels.STATE_KINDS,
        "reasons": labels.HIDDEN_REASONS,
    }


@get("/dialogues/{slug:str}/receipt", name="dialogues:receipt", access=ANYONE)
async def receipt_page(slug: FromPath[str]) -> Template:
    return Template(RECEIPT, context=await receipt_context(await get_published(slug), Form()))


@post(
    "/dialogues/{slug:str}/receipt",
    name="dialogues:look-up-receipt",
    access=ANYONE,
    status_code=200,
    private_form=True,
)
async def look_up(request: HTMXRequest, slug: FromPath[str]) -> Template:
    """The state of an opinion, its arguments and their answers.

    By POST, so that no log or history holds the number.
    """
    consultation = await get_published(slug)
    form = await read_form(request, ReceiptForm)
    found = None
    if form.value is not None:
        found = await opinions.find_by_receipt(consultation.id, form.value.receipt)
        if found is None:
            form.refuse("receipt", UNKNOWN_RECEIPT)
    status_code = 200 if found else 422
    context = await receipt_context(consultation, form, found)
    return Template(RECEIPT, context=context, status_code=status_code)


HANDLERS = [new, submit, edit_page, edit, withdraw, receipt_page, look_up]
