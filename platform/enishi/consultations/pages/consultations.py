"""Cached public pages: the list, a consultation, its statements with results, opinions, feed."""

from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Template

from enishi.accounts.access import PUBLIC
from enishi.consultations import labels
from enishi.consultations.core import acts, errors
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.access import require_cards
from enishi.consultations.core.acts import Act
from enishi.consultations.core.phase_summary import phase_summary
from enishi.consultations.core.schemas import ConsultationView
from enishi.consultations.opinions import queries as opinions
from enishi.consultations.pages import feed
from enishi.consultations.pages.notices import notice_rows
from enishi.consultations.participation import page_views, published_people
from enishi.consultations.timeline import labels as step_labels
from enishi.consultations.timeline import queries as timeline
from enishi.consultations.voting import queries as statements
from enishi.consultations.voting import results
from enishi.kit import clock
from enishi.kit.http.parameters import Cursor
from enishi.kit.http.public_pages import public_page
from enishi.organisations import queries as organisations

AnyRequest = Request[Any, Any, Any]
Words = Annotated[str, QueryParameter(name="q", max_length=100)]


async def _shell(slug: str) -> tuple[ConsultationView, dict[str, Any]]:
    """A public consultation, and what each page about it shows of it."""
    consultation = await consultations.get_public(slug)
    return consultation, _shell_of(consultation)


def _shell_of(consultation: ConsultationView, *, easy: bool = False) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "phase_summary": phase_summary(consultation, easy=easy),
        "kind": labels.KINDS[consultation.kind],
        "eligibility": labels.ELIGIBILITY[consultation.eligibility],
        "moderation": labels.MODERATION[consultation.moderation],
    }


@get("/dialogues", name="dialogues:index", access=PUBLIC)
async def index(request: AnyRequest, after: Cursor = None) -> Response[bytes]:
    return await public_page(request, "consultations/index.html", lambda: _index_context(after))


async def _index_context(after: str | None) -> dict[str, Any]:
    page = await consultations.list_public(after)
    rows = [(consultation, phase_summary(consultation)) for consultation in page.rows]
    return {"rows": rows, "next_cursor": page.next_cursor}


@get("/dialogues/{slug:str}", name="dialogues:show", access=PUBLIC)
async def show(
    request: AnyRequest, slug: FromPath[str], words: FromQuery[str] = ""
) -> Response[bytes] | Template:
    """`words=easy`: plain Japanese, in the words of the page and where the office wrote it."""
    try:
        return await public_page(
            request,
            "consultations/show.html",
            lambda: _show_context(slug, easy=words == "easy"),
            page_views.recorder(slug),
        )
    except errors.WithdrawnError:
        return await _withdrawn(slug)


async def _show_context(slug: str, *, easy: bool) -> dict[str, Any]:
    return await page_context(await consultations.get_public(slug), easy=easy)


async def page_context(consultation: ConsultationView, *, easy: bool = False) -> dict[str, Any]:
    """The context of a consultation's page; its office previews a draft with it."""
    return _shell_of(consultation, easy=easy) | {
        "easy": easy,
        "has_cards": acts.has(consultation.kind, Act.VOTE),
        "notice_rows": notice_rows(consultation, easy=easy),
        "steps": await timeline.list_steps(consultation),
        "step_labels": step_labels.EASY_STEPS if easy else step_labels.STEPS,
        "step_hints": step_labels.EASY_STEP_HINTS if easy else step_labels.STEP_HINTS,
        "organisation": await organisations.get_organisation(consultation.organisation_id),
        "totals": await results.get_totals(consultation.id),
        "people": await published_people.find(consultation.id),
        "is_answered": consultation.is_answered_at(clock.now()),
        "latest": await statements.list_latest(consultation.id, 5),
    }


async def _withdrawn(slug: str) -> Template:
    """The page of a withdrawn consultation. Not from the page cache, which holds answers of 200."""
    consultation = await consultations.get_withdrawn(slug)
    organisation = await organisations.get_organisation(consultation.organisation_id)
    return Template(
        "consultations/withdrawn.html",
        context={"consultation": consultation, "organisation": organisation},
        status_code=410,
        headers={"cache-control": "public, max-age=10"},
    )


@get("/dialogues/{slug:str}/changes", name="dialogues:changes", access=PUBLIC)
async def change_list(
    request: AnyRequest, slug: FromPath[str], after: Cursor = None
) -> Response[bytes]:
    """What its office changed of a consultation's terms since the publication."""
    return await public_page(
        request, "consultations/changes.html", lambda: _changes_context(slug, after)
    )


async def _changes_context(slug: str, after: str | None) -> dict[str, Any]:
    consultation, context = await _shell(slug)
    page = await consultations.list_changes(consultation.id, after)
    return context | {
        "rows": [(change, labels.changed_terms(change.terms)) for change in page.rows],
        "next_cursor": page.next_cursor,
    }


@get("/dialogues/{slug:str}/statements", name="dialogues:statements", access=PUBLIC)
async def statement_list(
    request: AnyRequest, slug: FromPath[str], after: Cursor = None, q: Words = ""
) -> Response[bytes]:
    """Statements with their sums, fifty a page; or those that contain the searched words."""
    return await public_page(
        request, "consultations/statements.html", lambda: _statements_context(slug, after, q)
    )


async def _statements_context(slug: str, after: str | None, words: str) -> dict[str, Any]:
    consultation, context = await _shell(slug)
    require_cards(consultation)
    step = await results.find_step(consultation.id)
    if words:
        page = await results.search(consultation.id, step, words, after)
    else:
        page = await results.list_counted(consultation.id, step, after)
    following = {"after": page.next_cursor} | ({"q": words} if words else {})
    return context | {
        "rows": page.rows,
        "step": step,
        "next_page": f"?{urlencode(following)}" if page.next_cursor else "",
        "words": words,
    }


@get("/dialogues/{slug:str}/opinions", name="dialogues:opinions", access=PUBLIC)
async def opinion_list(
    request: AnyRequest, slug: FromPath[str], after: Cursor = None
) -> Response[bytes]:
    return await public_page(
        request, "consultations/opinions.html", lambda: _opinions_context(slug, after)
    )


async def _opinions_context(slug: str, after: str | None) -> dict[str, Any]:
    consultation, context = await _shell(slug)
    page = await opinions.list_public(consultation.id, after)
    return context | {"rows": page.rows, "next_cursor": page.next_cursor}


@get("/dialogues/{slug:str}/feed.xml", name="dialogues:feed", access=PUBLIC)
async def atom(slug: FromPath[str]) -> Response[bytes]:
    """New statements as an Atom feed."""
    consultation = await consultations.get_public(slug)
    latest = await statements.list_latest(consultation.id)
    return Response(
        feed.atom(consultation, latest),
        media_type="application/atom+xml; charset=utf-8",
        headers={"cache-control": "public, max-age=60"},
    )


HANDLERS = [index, show, change_list, statement_list, opinion_list, atom]
