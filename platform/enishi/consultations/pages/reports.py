"""Reporting a public text to the moderators, signed in or not."""

import uuid
from typing import Any

from litestar import get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Template

from enishi.accounts.access import ANYONE, OptionalActor
from enishi.accounts.schemas import Actor
from enishi.consultations import labels
from enishi.consultations.core.access import get_consultation
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.moderation import queries, reporter_cookie
from enishi.consultations.moderation.kinds import ModeratedKind
from enishi.consultations.moderation.schemas import WORDS_LIMIT, ReportForm
from enishi.consultations.moderation.service import reports
from enishi.kit.errors import NotFoundError
from enishi.kit.forms import Form
from enishi.kit.http import cookies
from enishi.kit.http.network import network_of_request
from enishi.kit.http.submissions import find_key, read_form
from enishi.kit.http.submitted import submitted

FORM, DONE = "consultations/report.html", "consultations/reported.html"
ONE = "/dialogues/{slug:str}/report/{kind:str}/{subject_id:uuid}"
Subject = tuple[ModeratedKind, uuid.UUID]


def subject_of(kind: str, subject_id: uuid.UUID) -> Subject:
    """Raises NotFoundError for an unknown kind in the address."""
    if kind not in tuple(ModeratedKind):
        raise NotFoundError
    return ModeratedKind(kind), subject_id


async def _context(consultation: ConsultationRef, subject: Subject) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "kind": subject[0],
        "reported": await queries.get_public_text(consultation.id, subject),
        "reasons": labels.reason_options(),
        "limit": WORDS_LIMIT,
    }


@get(
    "/dialogues/{slug:str}/report/{kind:str}/{subject_id:uuid}",
    name="dialogues:report",
    access=ANYONE,
)
async def report_page(
    slug: FromPath[str], kind: FromPath[str], subject_id: FromPath[uuid.UUID]
) -> Template:
    consultation = await get_consultation(slug)
    context = await _context(consultation, subject_of(kind, subject_id))
    return Template(FORM, context=context | {"form": Form()})


@post(ONE, name="dialogues:send-report", access=ANYONE, status_code=200)
async def send(
    request: HTMXRequest,
    slug: FromPath[str],
    kind: FromPath[str],
    subject_id: FromPath[uuid.UUID],
    visitor: OptionalActor,
) -> Template | Redirect:
    consultation = await get_consultation(slug)
    subject = subject_of(kind, subject_id)
    form = await read_form(request, ReportForm)
    reporter_id, new_cookies = await _reporter(request, consultation, visitor)
    async with submitted(request, reporter_id, form) as sent:
        if sent.is_new:
            network = network_of_request(request.scope)
            await reports.report(consultation, subject, reporter_id, network, sent.value)
            sent.go_to("dialogues:reported", slug=slug)
    if sent.is_done:
        sent.cookies = new_cookies
    return await sent.answer(FORM, lambda: _context(consultation, subject))


async def _reporter(
    request: HTMXRequest, consultation: ConsultationRef, visitor: Actor | None
) -> tuple[uuid.UUID, list[Cookie]]:
    """Who reports: the account, or a browser by its cookie; and the cookie to set if it is new."""
    if visitor is not None:
        return visitor.id, []
    cookie_id = reporter_cookie.read(request.cookies.get(cookies.host_name(reporter_cookie.NAME)))
    new_cookies = []
    if cookie_id is None:
        key = await find_key(request)
        cookie_id = reporter_cookie.id_for_form(key) if key else uuid.uuid4()
        token = reporter_cookie.token_for(cookie_id)
        new_cookies = [cookies.make(reporter_cookie.NAME, token, reporter_cookie.SECONDS)]
    return reporter_cookie.reporter_id(cookie_id, consultation.id), new_cookies


@get("/dialogues/{slug:str}/reported", name="dialogues:reported", access=ANYONE)
async def done_page(slug: FromPath[str]) -> Template:
    """What happens next, after a report."""
    return Template(DONE, context={"consultation": await get_consultation(slug)})


HANDLERS = [report_page, send, done_page]
