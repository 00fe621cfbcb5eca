"""The steps of a consultation, the record of their days, and the promises of an organisation."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from enishi.accounts.access import PUBLIC
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.phase_summary import phase_summary
from enishi.consultations.timeline import labels as step_labels
from enishi.consultations.timeline import queries
from enishi.kit.errors import NotFoundError
from enishi.kit.http.parameters import Cursor
from enishi.kit.http.public_pages import public_page
from enishi.organisations import queries as organisations

AnyRequest = Request[Any, Any, Any]


@get("/dialogues/{slug:str}/timeline", name="dialogues:timeline", access=PUBLIC)
async def record(
    request: AnyRequest, slug: FromPath[str], after: Cursor = None, words: FromQuery[str] = ""
) -> Response[bytes]:
    """The steps, and each change of their days since the publication. `words=easy`: plain words."""
    return await public_page(
        request,
        "consultations/timeline.html",
        lambda: _record_context(slug, after, easy=words == "easy"),
    )


async def _record_context(slug: str, after: str | None, *, easy: bool) -> dict[str, Any]:
    consultation = await consultations.get_public(slug)
    page = await queries.list_acts(consultation.id, after)
    return {
        "consultation": consultation,
        "organisation": await organisations.get_organisation(consultation.organisation_id),
        "phase_summary": phase_summary(consultation, easy=easy),
        "steps": await queries.list_steps(consultation),
        "step_labels": step_labels.EASY_STEPS if easy else step_labels.STEPS,
        "step_hints": step_labels.EASY_STEP_HINTS if easy else step_labels.STEP_HINTS,
        "step_acts": step_labels.STEP_ACTS,
        "rows": page.rows,
        "next_cursor": page.next_cursor,
        "easy": easy,
    }


@get("/organisations/{organisation_slug:str}", name="organisations:show", access=PUBLIC)
async def organisation_page(
    request: AnyRequest,
    organisation_slug: FromPath[str],
    after: Cursor = None,
    show: FromQuery[str] = "",
    words: FromQuery[str] = "",
) -> Response[bytes]:
    """An organisation and what it promised: steps with their due days and the days overdue.

    `show=done`: the promises that are done. `words=easy`: plain words.
    """
    return await public_page(
        request,
        "consultations/promises.html",
        lambda: _promises_context(
            organisation_slug, after, done=show == "done", easy=words == "easy"
        ),
    )


async def _promises_context(
    slug: str, after: str | None, *, done: bool, easy: bool
) -> dict[str, Any]:
    found = await organisations.find_organisation(slug)
    if found is None:
        raise NotFoundError
    page = await queries.list_promises(found.id, after, done=done)
    return {
        "organisation": await organisations.get_profile(found.id),
        "counts": await queries.count_promises(found.id),
        "promises": page.rows,
        "next_cursor": page.next_cursor,
        "step_labels": step_labels.EASY_STEPS if easy else step_labels.STEPS,
        "done": done,
        "easy": easy,
    }


HANDLERS = [record, organisation_page]
