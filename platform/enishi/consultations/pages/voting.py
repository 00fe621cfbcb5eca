"""Voting by cards and in a list. Personal pages: never from the page cache."""

import uuid
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Template

from enishi.accounts.access import ANYONE, OptionalActor
from enishi.consultations.core.access import get_consultation, get_with_cards
from enishi.consultations.core.phase_summary import phase_summary
from enishi.consultations.participation import service as participation
from enishi.consultations.participation.access import (
    ensure_participant,
    expired_guest_cookie,
    find_guest,
    find_participant,
    guest_cookies,
)
from enishi.consultations.voting import cards, service
from enishi.consultations.voting import queries as statements
from enishi.kit.errors import InvalidError
from enishi.kit.http import submissions
from enishi.kit.http.answers import go_to, see_other
from enishi.kit.http.parameters import Cursor
from enishi.kit.links import link

_VALUES: dict[str, int | None] = {"agree": 1, "disagree": -1, "pass": 0, "withdraw": None}


@get("/dialogues/{slug:str}/vote", name="dialogues:vote", access=ANYONE)
async def vote_page(request: HTMXRequest, slug: FromPath[str], visitor: OptionalActor) -> Template:
    """The page with the next card; only the card for htmx."""
    consultation = await get_with_cards(slug)
    participant_id = await find_participant(request, consultation, visitor)
    may_vote = consultation.admits(is_signed_in=visitor is not None)
    context = await cards.context(consultation, participant_id, may_vote=may_vote)
    if request.htmx:
        return Template(cards.TEMPLATE, context=context)
    return Template(
        "consultations/vote.html", context=context | {"phase_summary": phase_summary(consultation)}
    )


@post("/dialogues/{slug:str}/vote", name="dialogues:cast", access=ANYONE, status_code=200)
async def cast(
    request: HTMXRequest, slug: FromPath[str], visitor: OptionalActor
) -> Template | Redirect:
    """A vote by form: `statement`, `value` (agree, disagree, pass, withdraw) and `back` (list)."""
    consultation = await get_with_cards(slug)
    form = await request.form()
    statement_id, value = _parse_vote(form.get("statement"), form.get("value"))
    participant = await ensure_participant(request, consultation, visitor)
    await service.cast(participant.participant_id, statement_id, value, participant.guests_of)
    cookies = guest_cookies(consultation, participant)
    if request.htmx and form.get("back") != "list":
        context = await cards.context(
            consultation, participant.participant_id, may_vote=True, after=(statement_id, value)
        )
        return Template(cards.TEMPLATE, context=context, cookies=cookies)
    return see_other(_back(slug, form), cookies)


def _parse_vote(statement: object, choice: object) -> tuple[uuid.UUID, int | None]:
    try:
        return uuid.UUID(str(statement)), _VALUES[str(choice)]
    except (ValueError, KeyError):
        raise InvalidError from None


def _back(slug: str, form: Any) -> str:
    """The page of the form: the cards, or the row of the statement in the list."""
    if form.get("back") != "list":
        return link("dialogues:vote", slug=slug)
    cursor = str(form.get("after") or "")
    number = str(form.get("number") or "")
    is_cursor = cursor.replace("-", "").replace("_", "").isalnum()
    return link(
        "dialogues:list",
        slug=slug,
        query={"after": cursor} if is_cursor else None,
        fragment=f"s{number}" if number.isdecimal() and len(number) < 11 else "",
    )


@get("/dialogues/{slug:str}/list", name="dialogues:list", access=ANYONE)
async def vote_list(
    request: HTMXRequest, slug: FromPath[str], visitor: OptionalActor, after: Cursor = None
) -> Template:
    """All statements by number, with the visitor's votes and the buttons to vote."""
    consultation = await get_with_cards(slug)
    participant_id = await find_participant(request, consultation, visitor)
    page = await statements.list_public(consultation.id, after)
    shown = [row.id for row in page.rows]
    mine = await statements.votes_on(participant_id, shown) if participant_id else {}
    return Template(
        "consultations/list.html",
        context={
            "consultation": consultation,
            "phase_summary": phase_summary(consultation),
            "rows": page.rows,
            "mine": mine,
            "choices": cards.choices(),
            "cursor": after or "",
            "next_cursor": page.next_cursor,
            "may_vote": consultation.admits(is_signed_in=visitor is not None),
        },
    )


@post("/dialogues/{slug:str}/claim", name="dialogues:claim", access=ANYONE, status_code=200)
async def claim(request: HTMXRequest, slug: FromPath[str], visitor: OptionalActor) -> Redirect:
    """Merge this browser's guest into the account of the session."""
    await submissions.require_identity(request)
    consultation = await get_consultation(slug)
    guest_id = find_guest(request, consultation)
    if visitor is None or guest_id is None:
        return go_to("dialogues:mine", slug=slug)
    await participation.claim(visitor, consultation, guest_id)
    return go_to("dialogues:mine", slug=slug, cookies=[expired_guest_cookie(consultation)])


HANDLERS = [vote_page, cast, vote_list, claim]
