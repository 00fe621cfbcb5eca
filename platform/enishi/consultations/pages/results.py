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
from enishi.consultations.core.access import get_consultation
from enishi.consultations.core.phase_summary import phase_summary
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.landscape_runs import queries as runs
from enishi.consultations.landscape_runs.kinds import NotPlaced, Showing
from enishi.consultations.landscape_runs.schemas import NoPlace, OwnPlace
from enishi.consultations.pages import result_contents
from enishi.consultations.participation.access import find_participant
from enishi.kit.http.public_pages import public_page

_PRIVATE = {"cache-control": "private, no-store"}


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
    view = await runs.find_view(consultation)
    return {
        "consultation": consultation,
        "phase_summary": phase_summary(consultation),
        "easy": easy,
        "no_groups": view is not None and view.showing is Showing.NO_GROUPS,
        "result": result_contents.contents(view, easy=easy) if view else None,
        "too_early": result_contents.too_early(),
    }


@get("/dialogues/{slug:str}/position", name="dialogues:position", access=ANYONE)
async def position(
    request: HTMXRequest, slug: FromPath[str], visitor: OptionalActor, words: FromQuery[str] = ""
) -> Template | Response[None]:
    """The reader's own place: a fragment for scripts, else a page. `words=line`: one line only."""
    consultation = await get_consultation(slug)
    participant_id = await find_participant(request, consultation, visitor)
    place = await _place_of(consultation, participant_id)
    found = None
    if isinstance(place, OwnPlace):
        found = result_contents.position_of(place, easy=words == "easy")
    if words == "line" and found is None:
        return Response(None, status_code=204, headers=_PRIVATE)
    context = {
        "consultation": consultation,
        "phase_summary": phase_summary(consultation),
        "position": found,
        "missing": place.missing if isinstance(place, NoPlace) else 0,
        "is_early": isinstance(place, NoPlace) and place.why is NotPlaced.NO_RUN,
    }
    return Template(_template(words, is_part=bool(request.htmx)), context=context, headers=_PRIVATE)


def _template(words: str, *, is_part: bool) -> str:
    if words == "line":
        return "consultations/_nearest.html"
    return "consultations/_position.html" if is_part else "consultations/position.html"


async def _place_of(
    consultation: ConsultationRef, participant_id: uuid.UUID | None
) -> OwnPlace | NoPlace:
    if participant_id is None:
        return NoPlace(NotPlaced.TOO_FEW_VOTES, result_contents.LEAST_VOTES)
    return await runs.find_own_place(consultation, participant_id)


HANDLERS = [show, position]
