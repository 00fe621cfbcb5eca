"""Voting: one card at a time and as a list. Personal, so never from a shared cache."""

import uuid
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Template

from enishi.accounts.access import ANYONE, OptionalActor
from enishi.consultations import addresses, cards, guests, limits, votes
from enishi.consultations.access import find_guest, find_participant, get_dialogue, take_part
from enishi.consultations.pages.dialogues import Cursor, standing
from enishi.consultations.queries import statements
from enishi.consultations.service import participants as service
from enishi.kit.errors import InvalidError

_VALUES: dict[str, int | None] = {"agree": 1, "disagree": -1, "pass": 0, "withdraw": None}


@get("/dialogues/{slug:str}/vote", name="dialogues:vote", access=ANYONE)
async def vote_page(request: HTMXRequest, slug: FromPath[str], visitor: OptionalActor) -> Template:
    """The next card; as a fragment where a page asks for it with htmx."""
    dialogue = await get_dialogue(slug)
    participant_id = await find_participant(request, dialogue, visitor)
    may_vote = visitor is not None or dialogue.guests_allowed
    context = await cards.context(dialogue, participant_id, may_vote=may_vote)
    if request.htmx:
        return Template(cards.TEMPLATE, context=context)
    return Template("consultations/vote.html", context=context | {"standing": standing(dialogue)})


@post("/dialogues/{slug:str}/vote", name="dialogues:cast", access=ANYONE, status_code=200)
async def cast(request: HTMXRequest, slug: FromPath[str], visitor: OptionalActor) -> Response[Any]:
    """A vote by form: `statement`, `value` (agree, disagree, pass, withdraw) and `back`."""
    dialogue = await get_dialogue(slug)
    form = await request.form()
    statement_id, value = _read(form.get("statement"), form.get("value"))
    voice = await take_part(request, dialogue, visitor)
    limits.votes.take(voice.participant_id)
    await votes.cast(voice.participant_id, statement_id, value)
    answer: Response[Any]
    if request.htmx and form.get("back") != "list":
        context = await cards.context(
            dialogue, voice.participant_id, may_vote=True, after=(statement_id, value)
        )
        answer = Template(cards.TEMPLATE, context=context)
    else:
        answer = Redirect(_back(slug, form), status_code=303)
    for cookie in voice.cookies:
        answer.set_cookie(cookie)
    return answer


def _read(statement: object, choice: object) -> tuple[uuid.UUID, int | None]:
    try:
        return uuid.UUID(str(statement)), _VALUES[str(choice)]
    except (ValueError, KeyError):
        raise InvalidError from None


def _back(slug: str, form: Any) -> str:
    """The page the form stood on: the next card, or the same place in the list."""
    if form.get("back") != "list":
        return addresses.page(slug, "vote")
    cursor = str(form.get("after") or "")
    number = str(form.get("number") or "")
    query = f"?after={cursor}" if cursor.replace("-", "").replace("_", "").isalnum() else ""
    anchor = f"#s{number}" if number.isdecimal() and len(number) < 11 else ""
    return addresses.page(slug, "list") + query + anchor


@get("/dialogues/{slug:str}/list", name="dialogues:list", access=ANYONE)
async def vote_list(
    request: HTMXRequest, slug: FromPath[str], visitor: OptionalActor, after: Cursor = None
) -> Template:
    """All statements in order, with one's own votes, to vote on or to change."""
    dialogue = await get_dialogue(slug)
    participant_id = await find_participant(request, dialogue, visitor)
    page = await statements.list_public(dialogue.id, after)
    shown = [row.id for row in page.rows]
    mine = await statements.votes_on(participant_id, shown) if participant_id else {}
    return Template(
        "consultations/list.html",
        context={
            "dialogue": dialogue,
            "standing": standing(dialogue),
            "rows": page.rows,
            "mine": mine,
            "values": cards.values(),
            "cursor": after or "",
            "next_cursor": page.next_cursor,
            "may_vote": visitor is not None or dialogue.guests_allowed,
        },
    )


@post("/dialogues/{slug:str}/claim", name="dialogues:claim", access=ANYONE, status_code=200)
async def claim(request: HTMXRequest, slug: FromPath[str], visitor: OptionalActor) -> Redirect:
    """Take a guest's part of this browser into the account that is signed in."""
    dialogue = await get_dialogue(slug)
    guest_id = find_guest(request, dialogue)
    answer = Redirect(addresses.page(slug, "mine"), status_code=303)
    if visitor is not None and guest_id is not None:
        await service.claim(visitor, dialogue, guest_id)
        answer.delete_cookie(guests.cookie_name(slug))
    return answer


HANDLERS = [vote_page, cast, vote_list, claim]
