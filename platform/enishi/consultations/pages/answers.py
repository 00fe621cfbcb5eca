"""The official answers to a dialogue: all of them, and one with the opinions behind it."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from enishi.accounts.access import PUBLIC
from enishi.consultations import labels
from enishi.consultations.answers import queries as answers
from enishi.consultations.arguments import queries as arguments
from enishi.consultations.arguments.schemas import MOST_ARGUMENTS
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.phase_summary import phase_summary
from enishi.consultations.core.schemas import ConsultationView
from enishi.kit import clock
from enishi.kit.errors import NotFoundError
from enishi.kit.http.parameters import Cursor
from enishi.kit.http.public_pages import public_page
from enishi.organisations import queries as organisations


async def _shell(consultation: ConsultationView) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "organisation": await organisations.get_organisation(consultation.organisation_id),
        "phase_summary": phase_summary(consultation),
        "outcomes": labels.OUTCOMES,
    }


@get("/dialogues/{slug:str}/answers", name="dialogues:answers", access=PUBLIC)
async def index(
    request: Request[Any, Any, Any], slug: FromPath[str], after: Cursor = None
) -> Response[bytes]:
    return await public_page(
        request, "consultations/answers.html", lambda: _index_context(slug, after)
    )


async def _index_context(slug: str, after: str | None) -> dict[str, Any]:
    consultation = await consultations.get_public(slug)
    page = await answers.list_public(consultation.id, after)
    last = await answers.find_last_publication(consultation.id)
    gaps = await answers.count_gaps(consultation.id, clock.now()) if last else None
    return await _shell(consultation) | {
        "rows": page.rows,
        "next_cursor": page.next_cursor,
        "last": last,
        "gaps": gaps,
    }


@get("/dialogues/{slug:str}/answers/{number:int}", name="dialogues:answer", access=PUBLIC)
async def show(
    request: Request[Any, Any, Any],
    slug: FromPath[str],
    number: FromPath[int],
    after: Cursor = None,
) -> Response[bytes]:
    """One argument with its answer, and the texts behind it, fifty a page."""
    return await public_page(
        request, "consultations/answer.html", lambda: _show_context(slug, number, after)
    )


async def _show_context(slug: str, number: int, after: str | None) -> dict[str, Any]:
    if not 1 <= number <= MOST_ARGUMENTS:
        raise NotFoundError
    consultation = await consultations.get_public(slug)
    answer = await answers.get_public(consultation.id, number)
    page = await arguments.list_texts(consultation.id, answer.id, after)
    return await _shell(consultation) | {
        "answer": answer,
        "rows": page.rows,
        "next_cursor": page.next_cursor,
    }


HANDLERS = [index, show]
