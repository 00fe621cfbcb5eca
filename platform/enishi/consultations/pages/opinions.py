"""Handing in an opinion, changing and withdrawing it, and looking it up by receipt number."""

import uuid
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Template

from enishi.accounts.access import ANYONE, OptionalActor
from enishi.accounts.queries import get_account
from enishi.accounts.schemas import Actor
from enishi.consultations import labels
from enishi.consultations.core.access import get_consultation, get_published
from enishi.consultations.core.phase_summary import phase_summary
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.opinions import queries as opinions
from enishi.consultations.opinions import service
from enishi.consultations.opinions.schemas import (
    OPINION_LIMIT,
    OpinionForm,
    OwnOpinion,
    ReceiptForm,
)
from enishi.consultations.participation.access import cookies_for, find_participant, speak
from enishi.kit import ids
from enishi.kit.errors import EnishiError, NotFoundError
from enishi.kit.forms import Form
from enishi.kit.http.answers import do_once, done_or_again, go_to_path, put_refusal
from enishi.kit.http.submissions import read_form
from enishi.kit.i18n import gettext_lazy


def _page(
    consultation: ConsultationRef,
    visitor: Actor | None,
    form: Form[OpinionForm] | None = None,
    saved: OwnOpinion | None = None,
    status_code: int = 200,
) -> Template:
    return Template(
        "consultations/opinion_form.html",
        context={
            "consultation": consultation,
            "phase_summary": phase_summary(consultation),
            "form": form or Form(),
            "saved": saved,
            "limit": OPINION_LIMIT,
            "names": labels.options(labels.NAMES),
            "submission": ids.new_id(),
            "signed_in": visitor is not None,
            "may_write": consultation.admits(is_signed_in=visitor is not None),
        },
        status_code=status_code,
    )


@get("/dialogues/{slug:str}/opinions/new", name="dialogues:new-opinion", access=ANYONE)
async def new(slug: FromPath[str], visitor: OptionalActor) -> Template:
    return _page(await get_consultation(slug), visitor)


@post(
    "/dialogues/{slug:str}/opinions/new",
    name="dialogues:submit-opinion",
    access=ANYONE,
    status_code=200,
)
async def submit(
    request: HTMXRequest, slug: FromPath[str], visitor: OptionalActor
) -> Response[Any]:
    """Hand in an opinion. The answer is the page with the receipt number, shown this once."""
    consultation = await get_consultation(slug)
    form = await read_form(request, OpinionForm)
    if form.value is None:
        return _page(consultation, visitor, form, status_code=422)
    participant = await speak(request, consultation, visitor)
    address = form.value.address
    if visitor is not None:
        address = (await get_account(visitor.id)).address
    receipt = ""

    async def hand_in(wanted: OpinionForm) -> str:
        nonlocal receipt
        _, receipt = await service.submit(consultation, participant.participant_id, wanted, address)
        # The number is not kept here either: a repeat leads to the list of one's own.
        return f"/dialogues/{slug}/mine"

    async def again(error: EnishiError | None) -> Template:
        return _page(consultation, visitor, form, status_code=put_refusal(form, error))

    answer: Response[Any]
    answer = await done_or_again(request, participant.participant_id, form, hand_in, again)
    if receipt:
        answer = Template(
            "consultations/received.html",
            context={
                "consultation": consultation,
                "receipt": receipt,
                "mailed": address is not None,
            },
        )
    for cookie in cookies_for(consultation, participant):
        answer.set_cookie(cookie)
    return answer


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
    return _page(consultation, visitor, saved=saved)


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
    participant_id, saved = await _own(request, consultation, visitor, opinion_id)
    form = await read_form(request, OpinionForm)

    async def change(wanted: OpinionForm) -> str:
        await service.edit(consultation, participant_id, opinion_id, wanted)
        return f"/dialogues/{slug}/mine?sent=changed"

    async def again(error: EnishiError | None) -> Template:
        return _page(consultation, visitor, form, saved, put_refusal(form, error))

    return await done_or_again(request, participant_id, form, change, again)


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
    participant_id, _ = await _own(request, consultation, visitor, opinion_id)
    await do_once(
        request, participant_id, lambda: service.withdraw(consultation, participant_id, opinion_id)
    )
    return go_to_path(f"/dialogues/{slug}/mine?sent=withdrawn")


def _receipt_page(
    consultation: ConsultationRef,
    form: Form[ReceiptForm],
    found: OwnOpinion | None = None,
    status_code: int = 200,
) -> Template:
    return Template(
        "consultations/receipt.html",
        context={
            "consultation": consultation,
            "form": form,
            "found": found,
            "states": labels.STATES,
            "state_kinds": labels.STATE_KINDS,
            "reasons": labels.HIDDEN_REASONS,
        },
        status_code=status_code,
    )


@get("/dialogues/{slug:str}/receipt", name="dialogues:receipt", access=ANYONE)
async def receipt_page(slug: FromPath[str]) -> Template:
    return _receipt_page(await get_published(slug), Form())


@post(
    "/dialogues/{slug:str}/receipt",
    name="dialogues:look-up-receipt",
    access=ANYONE,
    status_code=200,
)
async def look_up(request: HTMXRequest, slug: FromPath[str]) -> Template:
    """The state of an opinion. Asked by POST: an address with the number would be kept around."""
    consultation = await get_published(slug)
    form = await read_form(request, ReceiptForm)
    if form.value is None:
        return _receipt_page(consultation, form, status_code=422)
    found = await opinions.find_by_receipt(consultation.id, form.value.receipt)
    if found is None:
        unknown = gettext_lazy(
            "この受付番号の意見は見つかりません。番号をもう一度確かめてください。"
        )
        return _receipt_page(consultation, form.refuse("receipt", unknown), status_code=422)
    return _receipt_page(consultation, form, found)


HANDLERS = [new, submit, edit_page, edit, withdraw, receipt_page, look_up]
