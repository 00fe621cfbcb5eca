"""Writing a statement, and what one has written and voted."""

import uuid
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Template

from enishi.accounts.access import ANYONE, OptionalActor
from enishi.accounts.schemas import Actor
from enishi.consultations import labels
from enishi.consultations.core.access import get_consultation, get_published
from enishi.consultations.core.phase_summary import phase_summary
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.opinions import queries as opinions
from enishi.consultations.opinions.schemas import OwnOpinion
from enishi.consultations.participation.access import (
    cookies_for,
    find_guest,
    find_participant,
    speak,
)
from enishi.consultations.voting import queries as statements
from enishi.consultations.voting import service
from enishi.consultations.voting.cards import values
from enishi.consultations.voting.errors import LooksAlikeError
from enishi.consultations.voting.schemas import STATEMENT_LIMIT, OwnStatement, StatementForm
from enishi.kit import clock, ids
from enishi.kit.errors import EnishiError
from enishi.kit.forms import Form
from enishi.kit.http.answers import done_or_again, put_refusal
from enishi.kit.http.submissions import read_form
from enishi.kit.pagination import Page


def _page(
    consultation: ConsultationRef,
    visitor: Actor | None,
    form: Form[StatementForm] | None = None,
    likes: list[Any] | None = None,
    status_code: int = 200,
) -> Template:
    return Template(
        "consultations/new_statement.html",
        context={
            "consultation": consultation,
            "phase_summary": phase_summary(consultation),
            "form": form or Form(),
            "likes": likes or [],
            "limit": STATEMENT_LIMIT,
            "submission": ids.new_id(),
            "may_write": consultation.admits(is_signed_in=visitor is not None),
        },
        status_code=status_code,
    )


@get("/dialogues/{slug:str}/statements/new", name="dialogues:new-statement", access=ANYONE)
async def new(slug: FromPath[str], visitor: OptionalActor) -> Template:
    return _page(await get_consultation(slug), visitor)


@post(
    "/dialogues/{slug:str}/statements/new",
    name="dialogues:submit-statement",
    access=ANYONE,
    status_code=200,
)
async def submit(
    request: HTMXRequest, slug: FromPath[str], visitor: OptionalActor
) -> Response[Any]:
    consultation = await get_consultation(slug)
    form = await read_form(request, StatementForm)
    if form.value is None:
        return _page(consultation, visitor, form, status_code=422)
    participant = await speak(request, consultation, visitor)

    async def hand_in(wanted: StatementForm) -> str:
        await service.submit(consultation, participant.participant_id, wanted)
        return f"/dialogues/{slug}/mine?sent=statement"

    async def again(error: EnishiError | None) -> Template:
        if isinstance(error, LooksAlikeError):
            return _page(consultation, visitor, form, error.likes, error.status_code)
        return _page(consultation, visitor, form, status_code=put_refusal(form, error))

    answer: Response[Any]
    answer = await done_or_again(request, participant.participant_id, form, hand_in, again)
    for cookie in cookies_for(consultation, participant):
        answer.set_cookie(cookie)
    return answer


@get("/dialogues/{slug:str}/mine", name="dialogues:mine", access=ANYONE)
async def mine(
    request: HTMXRequest, slug: FromPath[str], visitor: OptionalActor, sent: FromQuery[str] = ""
) -> Template:
    """What this person did in the dialogue; also after it was taken back.

    `cards` and `opinions` in the address are where older ones begin.
    """
    consultation = await get_published(slug)
    participant_id = await find_participant(request, consultation, visitor)
    own_votes: dict[uuid.UUID, int] = {}
    own_statements: Page[OwnStatement] = Page((), None)
    own_opinions: Page[OwnOpinion] = Page((), None)
    older = request.query_params
    if participant_id is not None:
        own_votes = await statements.votes_of(participant_id)
        own_statements = await statements.list_own(participant_id, older.get("cards"))
        own_opinions = await opinions.list_own(participant_id, older.get("opinions"))
    return Template(
        "consultations/mine.html",
        context={
            "consultation": consultation,
            "phase_summary": phase_summary(consultation),
            "sent": sent if sent in ("statement", "opinion", "withdrawn", "changed") else "",
            "votes": len(own_votes),
            # The list to vote in is gone with the dialogue: one's own votes are shown here.
            "voted": await statements.list_voted(participant_id)
            if participant_id and not consultation.is_public
            else [],
            "vote_words": labels.VOTES,
            "statements": own_statements,
            "opinions": own_opinions,
            "states": labels.STATES,
            "state_kinds": labels.STATE_KINDS,
            "reasons": labels.HIDDEN_REASONS,
            "values": values(),
            "may_claim": visitor is not None
            and find_guest(request, consultation) is not None
            and consultation.is_open_at(clock.now()),
            "is_guest": visitor is None and participant_id is not None,
        },
    )


HANDLERS = [new, submit, mine]
