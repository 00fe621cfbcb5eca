"""Applying to a session, answering an offer, leaving. One function is one unit of work."""

import uuid

import asyncpg

from enishi.audit import service as audit
from enishi.kit import clock, db, idempotency
from enishi.kit.errors import ConflictError
from enishi.kit.idempotency import Submission
from enishi.programmes.allocation import first_come, queries, waiting_list
from enishi.programmes.allocation.errors import (
    AlreadyAppliedError,
    BegunError,
    FullError,
    NotOpenError,
    OfferOverError,
    PartyTooLargeError,
)
from enishi.programmes.applications import event_log
from enishi.programmes.applications import policies as application_policies
from enishi.programmes.applications.errors import PartyRefusedError
from enishi.programmes.applications.queries import own as application_queries
from enishi.programmes.applications.schemas import Applicant, ApplicationForm, ApplicationOutcome
from enishi.programmes.applications.tables import ApplicationState
from enishi.programmes.sessions import policies as session_policies
from enishi.programmes.sessions import queries as session_queries
from enishi.programmes.sessions import service as sessions

_ONE_LIVE = "programmes_application_one_live"


async def apply(
    applicant: Applicant,
    session_id: uuid.UUID,
    form: ApplicationForm,
    submission: Submission | None = None,
) -> ApplicationOutcome:
    """Confirm a party at once, or put it on the waiting list.

    The party is judged by the conditions of the programme (ages, children, guardians) as read just
    before; a change of them in between is not seen. A form that was sent before (`submission`) is
    answered with what it made then.

    Raises PartyRefusedError, AlreadyAppliedError, NotOpenError, FullError, PartyTooLargeError,
    NotFoundError or KeyReusedError.
    """
    programme, _ = await session_queries.get_public_session(session_id)
    problems = application_policies.party_problems(programme, form)
    if problems:
        raise PartyRefusedError(problems)
    try:
        outcome = await _take(applicant, session_id, form, submission)
    except asyncpg.UniqueViolationError as error:
        if db.violated_constraint(error) not in (_ONE_LIVE, idempotency.UNIQUE):
            raise
        if made := await _made_before(applicant, submission):
            return made
        raise AlreadyAppliedError from error
    if outcome is None:
        outcome = await _made_before(applicant, submission)
    if outcome is None:
        raise await _refusal(session_id, len(form.party))
    return outcome


async def _take(
    applicant: Applicant,
    session_id: uuid.UUID,
    form: ApplicationForm,
    submission: Submission | None,
) -> ApplicationOutcome | None:
    async with db.one_statement():
        outcome = await first_come.take(session_id, applicant, form, submission)
    if outcome is not None or not await queries.has_dead_offers(session_id):
        return outcome
    # Places, or the queue, are held by offers that nobody can take any more: once more.
    await expire_offers(session_id)
    async with db.one_statement():
        return await first_come.take(session_id, applicant, form, submission)


async def _made_before(
    applicant: Applicant, submission: Submission | None
) -> ApplicationOutcome | None:
    """What the same form has made, if it was sent before."""
    before = submission and await idempotency.find_outcome(submission)
    if not before:
        return None
    return await application_queries.get_outcome(applicant.account_id, before["receipt"])


async def accept(applicant_id: uuid.UUID, application_id: uuid.UUID) -> None:
    """Take an offered place.

    Raises OfferOverError once its time is over, ConflictError if there is no offer: it was taken
    in another tab, declined, or its session was called off.
    """
    async with db.unit_of_work():
        taken = await db.fetch(
            """
            UPDATE programmes_application SET state = 'confirmed', offer_until = NULL
            WHERE id = $1 AND applicant_id = $2 AND state = 'offered' AND offer_until > $3
            RETURNING id
            """,
            application_id,
            applicant_id,
            clock.now(),
        )
        if not taken:
            view = await application_queries.get_application(applicant_id, application_id)
            is_over = view.state in (ApplicationState.OFFERED, ApplicationState.EXPIRED)
            raise OfferOverError if is_over else ConflictError
        await event_log.append([application_id], ApplicationState.CONFIRMED, actor_kind="applicant")
        await audit.record(
            "programmes.application.confirmed",
            actor_id=applicant_id,
            subject=("application", application_id),
        )


async def cancel(applicant_id: uuid.UUID, application_id: uuid.UUID) -> None:
    """Leave: a place goes to whoever waits first. An offer that is not wanted is declined.

    Raises BegunError once the session has begun: then there is attendance to record.
    """
    async with db.unit_of_work():
        view = await application_queries.get_application(applicant_id, application_id)
        session = await sessions.lock(view.session_id)
        if session["starts_at"] <= clock.now():
            raise BegunError
        ended = await db.fetch(
            """
            UPDATE programmes_application SET
                state = CASE state WHEN 'offered' THEN 'declined' ELSE 'cancelled' END,
                offer_until = NULL,
                ended_at = $2
            WHERE id = $1 AND state IN ('held', 'waiting', 'offered', 'confirmed')
            RETURNING old.state AS was, new.state AS is_now, party_size
            """,
            application_id,
            clock.now(),
        )
        if not ended:
            raise ConflictError
        [row] = ended
        if row["was"] == ApplicationState.WAITING:
            await waiting_list.give_back(view.session_id, waiting=1)
        else:
            await waiting_list.give_back(view.session_id, persons=row["party_size"])
        await event_log.append(
            [application_id], ApplicationState(row["is_now"]), actor_kind="applicant"
        )
        await waiting_list.offer(view.session_id)
        await audit.record(
            "programmes.application.cancelled",
            actor_id=applicant_id,
            subject=("application", application_id),
            was=row["was"],
        )


async def expire_offers(session_id: uuid.UUID) -> None:
    """End what nobody answered in time, and offer the places on. For the clock: no actor."""
    async with db.unit_of_work():
        await sessions.lock(session_id)
        ended = await waiting_list.expire(session_id)
        offered = await waiting_list.offer(session_id)
        if ended or offered:
            await audit.record(
                "programmes.offers.expired",
                actor_id=None,
                subject=("session", session_id),
                ended=ended,
                offered=offered,
            )


async def _refusal(session_id: uuid.UUID, persons: int) -> ConflictError:
    """Why a party got neither a place nor a place in the queue.

    Raises NotFoundError for a session that people do not see.
    """
    programme, session = await session_queries.get_public_session(session_id)
    if persons > session.capacity:
        return PartyTooLargeError()
    if not session_policies.is_open(programme, session, clock.now()):
        return NotOpenError()
    return FullError()
