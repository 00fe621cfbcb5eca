"""The JSON API of consultations, with the queries, services and visibility of the pages."""

import uuid
from typing import Annotated, Any, TypeVar

from litestar import Request, Response, delete, get, post, put
from litestar.datastructures import Cookie, ResponseHeader
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter
from pydantic import ValidationError

from enishi.accounts.access import ANYONE, PUBLIC, OptionalActor
from enishi.accounts.queries import get_account
from enishi.consultations.api.schemas import (
    DialogueOut,
    DialoguePage,
    OpinionIn,
    OpinionOut,
    OpinionPage,
    OpinionReceipt,
    OwnVotes,
    StatementIn,
    StatementOut,
    StatementPage,
    StatementReceipt,
)
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.access import get_consultation
from enishi.consultations.core.phase_summary import phase_summary
from enishi.consultations.core.schemas import ConsultationView
from enishi.consultations.opinions import queries as opinions
from enishi.consultations.opinions import receipts
from enishi.consultations.opinions import service as opinion_service
from enishi.consultations.opinions.schemas import OpinionForm
from enishi.consultations.participation.access import (
    ensure_author,
    ensure_participant,
    find_participant,
    guest_cookies,
)
from enishi.consultations.voting import queries as statements
from enishi.consultations.voting import results
from enishi.consultations.voting import service as statement_service
from enishi.consultations.voting.schemas import StatementForm, VoteIn
from enishi.kit import idempotency
from enishi.kit.errors import InvalidError
from enishi.kit.http.problems import problems
from enishi.kit.schema import Schema
from enishi.kit.validation_messages import explain

F = TypeVar("F", bound=Schema)
AnyRequest = Request[Any, Any, Any]
After = Annotated[
    str | None,
    QueryParameter(name="after", max_length=400, description="`next` of the page before."),
]
Words = Annotated[str, QueryParameter(name="q", max_length=100, description="Words to search.")]
IdempotencyKey = Annotated[
    uuid.UUID,
    HeaderParameter(
        name="Idempotency-Key", description="Chosen by the sender; a repeat changes nothing."
    ),
]


def _out(consultation: ConsultationView) -> DialogueOut:
    summary = phase_summary(consultation)
    return DialogueOut(
        id=consultation.id,
        slug=consultation.slug,
        title=consultation.title,
        problem=consultation.problem,
        decision=consultation.decision,
        can_change=consultation.can_change,
        cannot_change=consultation.cannot_change,
        who_may_answer=consultation.who_may_answer,
        phase=summary["stage"],
        opens_at=consultation.opens_at,
        last_day=consultation.last_day.isoformat() if consultation.last_day else None,
        result_on=summary["result_on"],
        overdue_days=summary["overdue_days"],
        kind=consultation.kind,
        notice_on=consultation.notice_on,
        legal_basis=consultation.basis,
        short_period_reason=consultation.short_period_reason,
        votes_published=consultation.votes_published,
        is_sample=consultation.is_sample,
        guests_allowed=consultation.guests_allowed,
    )


@get("/dialogues", name="api:dialogues", access=PUBLIC, responses=problems(400, 404))
async def list_dialogues(after: After = None) -> DialoguePage:
    page = await consultations.list_public(after)
    return DialoguePage(items=tuple(_out(each) for each in page.rows), next=page.next_cursor)


@get("/dialogues/{slug:str}", name="api:dialogue", access=PUBLIC, responses=problems(404))
async def show_dialogue(slug: FromPath[str]) -> DialogueOut:
    return _out(await consultations.get_public(slug))


@get(
    "/dialogues/{slug:str}/statements",
    name="api:statements",
    access=PUBLIC,
    responses=problems(400, 404),
)
async def list_statements(slug: FromPath[str], after: After = None, q: Words = "") -> StatementPage:
    """Public statements by number, or those that contain the words; with their sums.

    Sums are exact as of `counted_at`, and move in steps: 10 minutes apart at least, with changed
    votes of 20 people at least, none in the last 24 hours before the close, the last after it.
    """
    consultation = await get_consultation(slug)
    step = await results.find_step(consultation.id)
    if q:
        page = await results.search(consultation.id, step, q, after)
    else:
        page = await results.list_counted(consultation.id, step, after)
    items = tuple(StatementOut.of(row, step) for row in page.rows)
    return StatementPage(items=items, next=page.next_cursor)


@post(
    "/dialogues/{slug:str}/statements",
    name="api:submit-statement",
    access=ANYONE,
    responses=problems(400, 401, 403, 404, 409, 422, 429),
)
async def submit_statement(
    request: AnyRequest,
    slug: FromPath[str],
    visitor: OptionalActor,
    data: JSONBody[StatementIn],
    key: IdempotencyKey,
) -> Response[StatementReceipt]:
    consultation = await get_consultation(slug)
    form = _valid(StatementForm, data)
    participant = await ensure_author(request, consultation, visitor, key)
    scope = f"api:submit_statement:{participant.participant_id}"
    async with idempotency.once(key, scope, data.model_dump_json().encode()) as attempt:
        if attempt.replayed is None:
            made = await statement_service.submit(consultation, participant, form)
            attempt.done(id=str(made.statement_id), number=made.number, state=made.state.value)
    outcome = attempt.replayed or attempt.outcome
    return _with_cookies(
        Response(StatementReceipt.model_validate(outcome)), guest_cookies(consultation, participant)
    )


@get("/dialogues/{slug:str}/votes", name="api:own-votes", access=ANYONE, responses=problems(404))
async def own_votes(request: AnyRequest, slug: FromPath[str], visitor: OptionalActor) -> OwnVotes:
    """The requester's own votes."""
    participant_id = await find_participant(request, await get_consultation(slug), visitor)
    return OwnVotes(votes=await statements.votes_of(participant_id) if participant_id else {})


@put(
    "/dialogues/{slug:str}/statements/{statement_id:uuid}/vote",
    name="api:cast",
    access=ANYONE,
    status_code=204,
    responses=problems(400, 401, 404, 409, 429, 503),
    response_headers=[
        ResponseHeader(name="Set-Cookie", documentation_only=True, description="A new guest's.")
    ],
)
async def cast(
    request: AnyRequest,
    slug: FromPath[str],
    statement_id: FromPath[uuid.UUID],
    visitor: OptionalActor,
    data: JSONBody[VoteIn],
) -> Response[None]:
    """Vote: 1 agrees, -1 disagrees, 0 passes. Answered after the vote is durable."""
    return await _cast(request, slug, statement_id, visitor, data.vote)


@delete(
    "/dialogues/{slug:str}/statements/{statement_id:uuid}/vote",
    name="api:withdraw",
    access=ANYONE,
    status_code=204,
    responses=problems(401, 404, 409, 429, 503),
)
async def withdraw(
    request: AnyRequest,
    slug: FromPath[str],
    statement_id: FromPath[uuid.UUID],
    visitor: OptionalActor,
) -> Response[None]:
    return await _cast(request, slug, statement_id, visitor, None)


async def _cast(
    request: AnyRequest, slug: str, statement_id: uuid.UUID, visitor: Any, value: int | None
) -> Response[None]:
    consultation = await get_consultation(slug)
    participant = await ensure_participant(request, consultation, visitor)
    await statement_service.cast(
        participant.participant_id, statement_id, value, participant.guests_of
    )
    return _with_cookies(Response(None, status_code=204), guest_cookies(consultation, participant))


@get(
    "/dialogues/{slug:str}/opinions",
    name="api:opinions",
    access=PUBLIC,
    responses=problems(400, 404),
)
async def list_opinions(slug: FromPath[str], after: After = None) -> OpinionPage:
    page = await opinions.list_public((await get_consultation(slug)).id, after)
    return OpinionPage(items=tuple(map(OpinionOut.of, page.rows)), next=page.next_cursor)


@post(
    "/dialogues/{slug:str}/opinions",
    name="api:submit-opinion",
    access=ANYONE,
    responses=problems(400, 401, 403, 404, 409, 422, 429),
)
async def submit_opinion(
    request: AnyRequest,
    slug: FromPath[str],
    visitor: OptionalActor,
    data: JSONBody[OpinionIn],
    key: IdempotencyKey,
) -> Response[OpinionReceipt]:
    """Submit an opinion. The answer holds its receipt number, also that of a repeat."""
    consultation = await get_consultation(slug)
    form = _valid(OpinionForm, data)
    participant = await ensure_author(request, consultation, visitor, key)
    address = (await get_account(visitor.id)).address if visitor else None
    participant_id = participant.participant_id
    scope = f"api:submit_opinion:{participant_id}"
    async with idempotency.once(key, scope, data.model_dump_json().encode()) as attempt:
        if attempt.replayed is None:
            opinion_id, number = await opinion_service.submit(
                consultation, participant, form, address
            )
            attempt.done(id=str(opinion_id), receipt=receipts.seal(number, participant_id))
    outcome = attempt.replayed or attempt.outcome or {}
    receipt = receipts.unseal(outcome.get("receipt", ""), participant_id)
    return _with_cookies(
        Response(OpinionReceipt(id=outcome["id"], receipt=receipt)),
        guest_cookies(consultation, participant),
    )


def _valid(form: type[F], data: Schema) -> F:
    """The form of the pages with this input. Raises InvalidError with its first message."""
    try:
        return form.model_validate(data.model_dump())
    except ValidationError as error:
        raise InvalidError(explain(error.errors(include_url=False)[0])) from None


def _with_cookies(answer: Response[Any], cookies: list[Cookie]) -> Response[Any]:
    for cookie in cookies:
        answer.set_cookie(cookie)
    return answer


HANDLERS = [
    list_dialogues,
    show_dialogue,
    list_statements,
    submit_statement,
    own_votes,
    cast,
    withdraw,
    list_opinions,
    submit_opinion,
]
