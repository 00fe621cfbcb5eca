"""The public page of a draw, and its file for those who applied."""

import uuid
from collections.abc import Iterator
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from enishi.accounts.access import PUBLIC, SIGNED_IN, CurrentActor
from enishi.kit import links
from enishi.kit.errors import NotFoundError
from enishi.kit.http.answers import attached
from enishi.kit.http.public_pages import public_page
from enishi.programmes.allocation.draws import draw_file, labels, queries
from enishi.programmes.applications.queries import own as application_queries
from enishi.programmes.sessions import queries as session_queries
from enishi.programmes.sessions import when_where

AnyRequest = Request[Any, Any, Any]

_RANKS_SHOWN = 100
AfterRank = Annotated[int, QueryParameter(name="after", ge=0, le=1_000_000)]
"""The last rank of the page before."""


@get("/programmes/sessions/{session_id:uuid}/draw", name="programmes:draw", access=PUBLIC)
async def show(
    request: AnyRequest, session_id: FromPath[uuid.UUID], after: AfterRank = 0
) -> Response[bytes]:
    return await public_page(request, "programmes/draw.html", lambda: _context(session_id, after))


async def _context(session_id: uuid.UUID, after: int) -> dict[str, Any]:
    programme, session = await session_queries.get_public_session(session_id)
    draw = await queries.get_draw(session_id)
    ranks = await queries.list_ranks(draw.id, after, _RANKS_SHOWN + 1)
    more = len(ranks) > _RANKS_SHOWN
    return {
        "programme": programme,
        "session": session,
        "draw": draw,
        "rule": draw.read_rule,
        "officials": [labels.official(draw, place) for place in (1, 2)],
        "strata": labels.STRATA,
        "tickets": labels.TICKETS,
        "state": labels.STATES[draw.state],
        "deadline": when_where.deadline,
        "when": when_where.times(session.starts_at, session.ends_at),
        "ranks": ranks[:_RANKS_SHOWN],
        "next_rank": ranks[_RANKS_SHOWN - 1].rank if more else None,
        "canonical": links.absolute("programmes:draw", session_id=session_id),
    }


@get(
    "/me/applications/{receipt:str}/draw.jsonl",
    name="applications:draw-file",
    access=SIGNED_IN,
)
async def download(receipt: FromPath[str], actor: CurrentActor) -> Stream:
    """The file from which a draw is computed again, for those who have an entry in it."""
    own = await application_queries.get_own_application(actor.id, receipt)
    if await queries.find_own_entry(own.application.id) is None:
        raise NotFoundError
    outcome = await queries.get_outcome(await queries.get_draw(own.session.id))
    lines: Iterator[str] = draw_file.written(outcome)
    name = f"draw-{own.session.starts_at:%Y%m%d}.jsonl"
    return Stream(lines, media_type=draw_file.MEDIA_TYPE, headers=attached(name))


HANDLERS = [show, download]
