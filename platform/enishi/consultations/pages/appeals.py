"""Appeals of authors: from the page of one's own contributions, and by the receipt number."""

import uuid
from contextlib import suppress

from litestar import post
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Template

from enishi.accounts.access import ANYONE, OptionalActor
from enishi.consultations.core.access import get_published
from enishi.consultations.moderation.errors import NoAppealError
from enishi.consultations.moderation.service import appeals
from enishi.consultations.opinions import queries as opinions
from enishi.consultations.opinions.schemas import ReceiptForm
from enishi.consultations.pages.opinions import (
    RECEIPT,
    UNKNOWN_RECEIPT,
    receipt_context,
    require_session,
)
from enishi.consultations.pages.reports import subject_of
from enishi.consultations.participation.access import find_participant
from enishi.kit.errors import NotFoundError
from enishi.kit.http.answers import do_once, go_to
from enishi.kit.http.submissions import read_form


@post(
    "/dialogues/{slug:str}/appeal/{kind:str}/{subject_id:uuid}",
    name="dialogues:appeal",
    access=ANYONE,
    status_code=200,
)
async def appeal(
    request: HTMXRequest,
    slug: FromPath[str],
    kind: FromPath[str],
    subject_id: FromPath[uuid.UUID],
    visitor: OptionalActor,
) -> Redirect:
    """Appeal in one click, also after the close. 409 for a second appeal."""
    consultation = await get_published(slug)
    subject = subject_of(kind, subject_id)
    await require_session(request)
    participant_id = await find_participant(request, consultation, visitor)
    if participant_id is None:
        raise NotFoundError
    await do_once(
        request, participant_id, lambda: appeals.appeal(consultation, participant_id, subject)
    )
    return go_to("dialogues:mine", slug=slug, query={"sent": "appealed"})


@post(
    "/dialogues/{slug:str}/receipt/appeal",
    name="dialogues:appeal-by-receipt",
    access=ANYONE,
    status_code=200,
    private_form=True,
)
async def appeal_by_receipt(request: HTMXRequest, slug: FromPath[str]) -> Template:
    """Appeal for the opinion of a receipt number, and show its state; a repeat shows it again."""
    consultation = await get_published(slug)
    form = await read_form(request, ReceiptForm)
    found = None
    if form.value is not None:
        found = await opinions.find_by_receipt(consultation.id, form.value.receipt)
        if found is None:
            form.refuse("receipt", UNKNOWN_RECEIPT)
        else:
            # Sent twice: the page says when the first one came, or what was decided.
            with suppress(NoAppealError):
                await appeals.appeal_by_receipt(consultation, form.value.receipt)
    context = await receipt_context(consultation, form, found)
    return Template(RECEIPT, context=context, status_code=200 if found else 422)


HANDLERS = [appeal, appeal_by_receipt]
