"""The results of a dialogue: the newest published run in sentences, and the reader's own place.

The page is the same for everybody and comes from the page cache. What is personal is a fragment of
its own; without scripts it is a page of its own.
"""

import uuid
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Template

from enishi.accounts.access import ANYONE, PUBLIC, OptionalActor
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.access import get_with_cards, require_cards
from enishi.consultations.core.phase_summary import phase_summary
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.landscape_runs import queries as runs
from enishi.consultations.landscape_runs.kinds import Disclosure, NotPlaced, Showing
from enishi.consultations.landscape_runs.schemas import (
    LandscapeView,
    NoPlace,
    OwnPlace,
    StatementView,
)
from enishi.consultations.pages import result_contents, share_image
from enishi.consultations.participation.access import find_participant
from enishi.kit import clock, page_cache
from enishi.kit.cache import SharedCache
from enishi.kit.charts import pictures
from enishi.kit.errors import NotFoundError
from enishi.kit.http.answers import PRIVATE
from enishi.kit.http.parameters import Cursor
from enishi.kit.http.public_pages import public_page
from enishi.kit.i18n import current_language
from enishi.kit.pagination import PAGE_SIZE, Page, decode_cursor, whole_number


@get("/dialogues/{slug:str}/results", name="dialogues:results", access=PUBLIC)
async def show(
    request: Request[Any, Any, Any], slug: FromPath[str], words: FromQuery[str] = ""
) -> Response[bytes]:
    """`words=easy`: the sentences in plain Japanese."""
    easy = words == "easy"
    return await public_page(
        request, "consultations/results.html", lambda: _context(slug, easy=easy)
    )


async def _context(slug: str, *, easy: bool) -> dict[str, Any]:
    consultation = await consultations.get_public(slug)
    require_cards(consultation)
    view = await runs.find_view(consultation)
    result = result_contents.contents(view, easy=easy) if view else None
    picture = ""
    if result is not None and await pictures.can_write_japanese():
        picture = share_image.alternative(consultation, result)
    return {
        "consultation": consultation,
        "phase_summary": phase_summary(consultation),
        "easy": easy,
        "is_answered": consultation.is_answered_at(clock.now()),
        "no_groups": view is not None and view.showing is Showing.NO_GROUPS,
        "result": result,
        "share_image_alt": picture,
    }


# Like a page, for each language: a statement that was hidden is in it for as long as in a page.
_images: SharedCache[bytes | None] = SharedCache(seconds=page_cache.SECONDS, size=64)


@get("/dialogues/{slug:str}/results/share.png", name="dialogues:share-image", access=PUBLIC)
async def image(slug: FromPath[str]) -> Response[bytes]:
    """The few cards in which all groups are heard, as a picture; 404 while there are none.

    Also 404 where the server has no Japanese font.
    """
    drawn = await _images.get((slug, current_language()), lambda: _image(slug))
    if drawn is None:
        raise NotFoundError
    headers = {"cache-control": f"public, max-age={page_cache.SECONDS}"}
    return Response(drawn, media_type="image/png", headers=headers)


async def _image(slug: str) -> bytes | None:
    consultation = await consultations.get_public(slug)
    require_cards(consultation)
    view = await runs.find_view(consultation)
    result = result_contents.contents(view) if view else None
    drawn = share_image.share_image(consultation, result) if result else None
    if drawn is None or not await pictures.can_write_japanese():
        return None
    context = {"drawn": drawn, "fonts": pictures.FONTS}
    return await pictures.png(page_cache.render("consultations/share_image.svg", context))


@get("/dialogues/{slug:str}/results/by-group", name="dialogues:by-group", access=PUBLIC)
async def by_group(
    request: Request[Any, Any, Any], slug: FromPath[str], after: Cursor = None
) -> Response[bytes]:
    """The shares of every group on every public statement, fifty statements a page."""
    return await public_page(
        request, "consultations/by_group.html", lambda: _by_group_context(slug, after)
    )


async def _by_group_context(slug: str, after: str | None) -> dict[str, Any]:
    consultation = await consultations.get_public(slug)
    require_cards(consultation)
    view = await runs.find_view(consultation)
    page = _statements_after(view, after)
    return {
        "consultation": consultation,
        "phase_summary": phase_summary(consultation),
        "view": view,
        "is_open": view is not None and view.disclosure is Disclosure.OPEN,
        "rows": page.rows,
        "next_cursor": page.next_cursor,
        "no_groups": view is not None and view.showing is Showing.NO_GROUPS,
    }


def _statements_after(view: LandscapeView | None, cursor: str | None) -> Page[StatementView]:
    """A page of the statements by number; none unless figures by group may be shown."""
    after = decode_cursor(cursor, whole_number)[0] if cursor else 0
    rows = [each for each in view.statements if each.statement.number > after] if view else []
    return Page.of(rows[: PAGE_SIZE + 1], lambda each: (each.statement.number,))


@get("/dialogues/{slug:str}/position", name="dialogues:position", access=ANYONE)
async def position(
    request: HTMXRequest, slug: FromPath[str], visitor: OptionalActor, words: FromQuery[str] = ""
) -> Template | Response[None]:
    """The reader's own place: a page, for scripts a part of one; `words=line`: the line of cards.

    `words=easy`: the sentences in plain Japanese.
    """
    consultation = await get_with_cards(slug)
    participant_id = await find_participant(request, consultation, visitor)
    place = await _place_of(consultation, participant_id)
    if request.htmx and words == "line":
        return _line(consultation, place)
    found = None
    if isinstance(place, OwnPlace):
        found = result_contents.position_of(place, easy=words == "easy")
    context = {
        "consultation": consultation,
        "phase_summary": phase_summary(consultation),
        "position": found,
        "missing": place.missing if isinstance(place, NoPlace) else 0,
        "is_early": isinstance(place, NoPlace) and place.why is NotPlaced.NO_RUN,
    }
    template = "consultations/_position.html" if request.htmx else "consultations/position.html"
    return Template(template, context=context, headers=PRIVATE)


def _line(consultation: ConsultationRef, place: OwnPlace | NoPlace) -> Template | Response[None]:
    nearest = result_contents.nearest_of(place) if isinstance(place, OwnPlace) else None
    if nearest is None:
        return Response(None, status_code=204, headers=PRIVATE)
    return Template(
        "consultations/_nearest.html",
        context={"consultation": consultation, "nearest": nearest},
        headers=PRIVATE,
    )


async def _place_of(
    consultation: ConsultationRef, participant_id: uuid.UUID | None
) -> OwnPlace | NoPlace:
    if participant_id is None:
        return NoPlace(NotPlaced.TOO_FEW_VOTES, result_contents.LEAST_VOTES)
    return await runs.find_own_place(consultation, participant_id)


HANDLERS = [show, image, by_group, position]
