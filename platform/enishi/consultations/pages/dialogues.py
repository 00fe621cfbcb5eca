"""What the public reads alike: the list, a dialogue, its statements, its results, its feed."""

from collections.abc import Mapping
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import FromPath, QueryParameter
from litestar.response import Template

from enishi.accounts.access import PUBLIC
from enishi.consultations import feed, labels, views
from enishi.consultations.queries import dialogues, opinions, results, statements
from enishi.consultations.schemas import DialogueRef, DialogueView
from enishi.consultations.tables import PhaseKind
from enishi.kit import clock
from enishi.kit.http.public_pages import public_page
from enishi.organisations import queries as organisations

AnyRequest = Request[Any, Any, Any]
Cursor = Annotated[str | None, QueryParameter(name="after", max_length=400)]
Words = Annotated[str, QueryParameter(name="q", max_length=100)]


def standing(dialogue: DialogueRef) -> dict[str, Any]:
    """The phase of a dialogue, in words and in days."""
    phase = dialogue.phase_at(clock.now())
    is_withdrawn = dialogue.withdrawn_at is not None
    return {
        "phase": labels.WITHDRAWN if is_withdrawn else labels.PHASES[phase],
        "is_withdrawn": is_withdrawn,
        "phase_kind": "success" if phase is PhaseKind.OPEN and not is_withdrawn else "neutral",
        "is_sample": dialogue.is_sample,
        "is_open": phase is PhaseKind.OPEN and not is_withdrawn,
        "has_begun": phase is not PhaseKind.PREPARATION,
        "opens_on": dialogue.opens_at,
        "last_day": dialogue.last_day,
    }


async def shell(slug: str) -> dict[str, Any]:
    """What every page about a dialogue shows of it."""
    dialogue = await dialogues.get_public(slug)
    return {
        "dialogue": dialogue,
        "standing": standing(dialogue),
        "eligibility": labels.ELIGIBILITY[dialogue.eligibility],
        "moderation": labels.MODERATION[dialogue.moderation],
    }


@get("/dialogues", name="dialogues:index", access=PUBLIC)
async def index(request: AnyRequest, after: Cursor = None) -> Response[bytes]:
    async def load() -> Mapping[str, Any]:
        page = await dialogues.list_public(after)
        rows = [(dialogue, standing(dialogue)) for dialogue in page.rows]
        return {"rows": rows, "next_cursor": page.next_cursor}

    return await public_page(request, "consultations/index.html", load)


@get("/dialogues/{slug:str}", name="dialogues:show", access=PUBLIC)
async def show(request: AnyRequest, slug: FromPath[str]) -> Response[bytes] | Template:
    async def load() -> Mapping[str, Any]:
        context = await shell(slug)
        dialogue: DialogueView = context["dialogue"]
        return context | {
            "organisation": await organisations.get_organisation(dialogue.organisation_id),
            "totals": await results.get_totals(dialogue.id),
            "channels": labels.CHANNELS,
            "latest": await statements.list_latest(dialogue.id, 5),
        }

    try:
        return await public_page(request, "consultations/show.html", load, views.counter(slug))
    except dialogues.WithdrawnError:
        return await _withdrawn(slug)


async def _withdrawn(slug: str) -> Template:
    """All that is left of a dialogue that its office took back. Not kept: 410 is not a page."""
    dialogue = await dialogues.get_withdrawn(slug)
    organisation = await organisations.get_organisation(dialogue.organisation_id)
    return Template(
        "consultations/withdrawn.html",
        context={"dialogue": dialogue, "organisation": organisation},
        status_code=410,
        headers={"cache-control": "public, max-age=10"},
    )


@get("/dialogues/{slug:str}/statements", name="dialogues:statements", access=PUBLIC)
async def statement_list(
    request: AnyRequest, slug: FromPath[str], after: Cursor = None, q: Words = ""
) -> Response[bytes]:
    """Statements with their sums, fifty a page; or those that hold the words sought."""

    async def load() -> Mapping[str, Any]:
        context = await shell(slug)
        dialogue: DialogueView = context["dialogue"]
        if q:
            rows, next_cursor = await statements.search(dialogue.id, q), None
        else:
            page = await statements.list_public(dialogue.id, after)
            rows, next_cursor = list(page.rows), page.next_cursor
        return context | {
            "rows": [(row, statements.as_percentages(row)) for row in rows],
            "next_cursor": next_cursor,
            "words": q,
        }

    return await public_page(request, "consultations/statements.html", load)


@get("/dialogues/{slug:str}/opinions", name="dialogues:opinions", access=PUBLIC)
async def opinion_list(
    request: AnyRequest, slug: FromPath[str], after: Cursor = None
) -> Response[bytes]:
    async def load() -> Mapping[str, Any]:
        context = await shell(slug)
        page = await opinions.list_public(context["dialogue"].id, after)
        return context | {"rows": page.rows, "next_cursor": page.next_cursor}

    return await public_page(request, "consultations/opinions.html", load)


@get("/dialogues/{slug:str}/feed.xml", name="dialogues:feed", access=PUBLIC)
async def atom(slug: FromPath[str]) -> Response[bytes]:
    """New statements as an Atom feed."""
    dialogue = await dialogues.get_public(slug)
    latest = await statements.list_latest(dialogue.id)
    return Response(
        feed.atom(dialogue, latest),
        media_type="application/atom+xml; charset=utf-8",
        headers={"cache-control": "public, max-age=60"},
    )


HANDLERS = [index, show, statement_list, opinion_list, atom]
