"""Voting: one card at a time and as a list. Personal, so never from a shared cache."""

import uuid
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Template
from markupsafe import Markup

from enishi.accounts.access import ANYONE, OptionalActor
from enishi.consultations import addresses, labels, limits, votes
from enishi.consultations.access import find_guest, find_participant, get_dialogue, take_part
from enishi.consultations.pages.dialogues import Cursor, standing
from enishi.consultations.queries import statements
from enishi.consultations.schemas import DialogueRef, StatementView
from enishi.consultations.service import participants as service
from enishi.kit import clock, public
from enishi.kit.errors import InvalidError

_VALUES: dict[str, int | None] = {"agree": 1, "disagree": -1, "pass": 0, "withdraw": None}


def values() -> list[tuple[str, int, Any, str]]:
    """(form value, vote, word, key) of the three choices."""
    return [
        ("agree", 1, labels.VOTES[1], "A"),
        ("disagree", -1, labels.VOTES[-1], "D"),
        ("pass", 0, labels.VOTES[0], "P"),
    ]


async def _card(
    request: HTMXRequest,
    dialogue: DialogueRef,
    participant_id: uuid.UUID | None,
    *,
    after: tuple[uuid.UUID, int | None] | None = None,
    signed_in: bool,
) -> dict[str, Any]:
    deck = await statements.deal(dialogue.id, participant_id)
    may_vote = signed_in or dialogue.guests_allowed
    return {
        "dialogue": dialogue,
        "standing": standing(dialogue),
        "deck": deck,
        "body": await _body(dialogue, deck.card, may_vote=may_vote) if deck.card else "",
        "after": after,
        "after_word": None if after is None or after[1] is None else labels.VOTES[after[1]],
        "may_vote": may_vote,
        "signed_in": signed_in,
        "guest": find_guest(request, dialogue) is not None,
    }


async def _body(dialogue: DialogueRef, card: StatementView, *, may_vote: bool) -> Markup:
    is_open = dialogue.takes_voices_at(clock.now())
    context = {
        "slug": dialogue.slug,
        "card": card,
        "is_open": is_open,
        "may_vote": may_vote,
        "values": values(),
    }
    key = (dialogue.slug, card.id, is_open, may_vote)
    return await public.fragment("consultations/_card_body.html", context, *key)


@get("/dialogues/{slug:str}/vote", name="dialogues:vote", access=ANYONE)
async def vote_page(request: HTMXRequest, slug: FromPath[str], visitor: OptionalActor) -> Template:
    """The next card; as a fragment where a page asks for it with htmx."""
    dialogue = await get_dialogue(slug)
    participant_id = await find_participant(request, dialogue, visitor)
    context = await _card(request, dialogue, participant_id, signed_in=visitor is not None)
    name = "consultations/_card.html" if request.htmx else "consultations/vote.html"
    return Template(name, context=context)


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
        context = await _card(
            request,
            dialogue,
            voice.participant_id,
            after=(statement_id, value),
            signed_in=visitor is not None,
        )
        answer = Template("consultations/_card.html", context=context)
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
            "values": values(),
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
        answer.delete_cookie(f"guest-{slug}")
    return answer


HANDLERS = [vote_page, cast, vote_list, claim]
