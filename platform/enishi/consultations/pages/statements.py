"""Writing a statement, and the page of one's own contributions."""

import uuid
from typing import Any

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Template

from enishi.accounts.access import ANYONE, OptionalActor
from enishi.accounts.schemas import Actor
from enishi.consultations import labels
from enishi.consultations.core.access import get_published, get_with_cards
from enishi.consultations.core.phase_summary import phase_summary
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.moderation import queries as moderation
from enishi.consultations.opinions import queries as opinions
from enishi.consultations.opinions.schemas import OwnOpinion
from enishi.consultations.participation.access import (
    ensure_author,
    find_guest,
    find_participant,
    guest_cookies,
    require_author,
)
from enishi.consultations.voting import queries as statements
from enishi.consultations.voting import service
from enishi.consultations.voting.errors import LooksAlikeError
from enishi.consultations.voting.schemas import STATEMENT_LIMIT, OwnStatement, StatementForm
from enishi.kit import clock
from enishi.kit.errors import EnishiError, RetryLaterError
from enishi.kit.forms import Form
from enishi.kit.http.submissions import find_key, read_form
from enishi.kit.http.submitted import refused, submitted
from enishi.kit.pagination import Page

FORM = "consultations/new_statement.html"
# What the notice of the page may say was sent.
_SENT = ("statement", "opinion", "withdrawn", "changed", "appealed")


async def _form_context(
    consultation: ConsultationRef, visitor: Actor | None, error: EnishiError | None = None
) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "phase_summary": phase_summary(consultation),
        "similar": error.similar if isinstance(error, LooksAlikeError) else [],
        "limit": STATEMENT_LIMIT,
        "signed_in": visitor is not None,
        "may_write": consultation.admits(is_signed_in=visitor is not None),
    }


@get("/dialogues/{slug:str}/statements/new", name="dialogues:new-statement", access=ANYONE)
async def new(slug: FromPath[str], visitor: OptionalActor) -> Template:
    context = await _form_context(await get_with_cards(slug), visitor)
    return Template(FORM, context=context | {"form": Form()})


@post(
    "/dialogues/{slug:str}/statements/new",
    name="dialogues:submit-statement",
    access=ANYONE,
    status_code=200,
)
async def submit(
    request: HTMXRequest, slug: FromPath[str], visitor: OptionalActor
) -> Template | Redirect:
    consultation = await get_with_cards(slug)
    form = await read_form(request, StatementForm)
    if form.value is None:  # before a participant is inserted
        require_author(form, consultation, visitor)
        context = await _form_context(consultation, visitor)
        return Template(FORM, context=context | {"form": form}, status_code=form.status_code)
    try:
        key = await find_key(request)
        participant = await ensure_author(request, consultation, visitor, key)
    except RetryLaterError as error:  # too many new guests: the text stays in the form
        return await refused(form, error).answer(FORM, lambda: _form_context(consultation, visitor))
    async with submitted(request, participant.participant_id, form) as sent:
        sent.cookies = guest_cookies(consultation, participant)
        if sent.is_new:
            await service.submit(consultation, participant, sent.value)
            sent.go_to("dialogues:mine", slug=slug, query={"sent": "statement"})
    return await sent.answer(FORM, lambda: _form_context(consultation, visitor, sent.error))


@get("/dialogues/{slug:str}/mine", name="dialogues:mine", access=ANYONE)
async def mine(
    request: HTMXRequest, slug: FromPath[str], visitor: OptionalActor, sent: FromQuery[str] = ""
) -> Template:
    """The visitor's own votes, statements and opinions; also in a withdrawn consultation.

    The query parameters `votes`, `cards` and `opinions` are the cursors of the three lists.
    """
    consultation = await get_published(slug)
    participant_id = await find_participant(request, consultation, visitor)
    own_votes: dict[uuid.UUID, int] = {}
    own_statements: Page[OwnStatement] = Page((), None)
    own_opinions: Page[OwnOpinion] = Page((), None)
    cursors = request.query_params
    if participant_id is not None:
        own_votes = await statements.votes_of(participant_id)
        own_statements = await statements.list_own(participant_id, cursors.get("cards"))
        own_opinions = await opinions.list_own(participant_id, cursors.get("opinions"))
    return Template(
        "consultations/mine.html",
        context={
            "consultation": consultation,
            "phase_summary": phase_summary(consultation),
            "sent": sent
            if sent in ("statement", "opinion", "withdrawn", "changed", "appealed")
            else "",
            "votes": len(own_votes),
            # The page with the list of statements is gone: show the votes here.
            "voted": await statements.list_voted(participant_id, cursors.get("votes"))
            if participant_id and not consultation.is_public
            else Page((), None),
            "vote_words": labels.VOTES,
            "statements": own_statements,
            "opinions": own_opinions,
            "states": labels.STATES,
            "state_kinds": labels.STATE_KINDS,
            "reasons": labels.HIDDEN_REASONS,
            "hidings": await moderation.list_of_texts(
                [each.id for each in own_statements.rows] + [each.id for each in own_opinions.rows]
            ),
            "may_claim": visitor is not None
            and find_guest(request, consultation) is not None
            and consultation.is_open_at(clock.now()),
            "is_guest": visitor is None and participant_id is not None,
        },
    )


HANDLERS = [new, submit, mine]
