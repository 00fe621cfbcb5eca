"""Applies to a session, accepts offers and free places, cancels. Each is one unit of work."""

import uuid

import asyncpg

from enishi.audit import service as audit
from enishi.kit import clock, db, idempotency
from enishi.kit.errors import ConflictError
from enishi.kit.idempotency import Submission
from enishi.programmes.allocation import first_come, queries, waiting_list
from enishi.programmes.allocation.draws import pool
from enishi.programmes.allocation.errors import (
    AlreadyAppliedError,
    BegunError,
    FullError,
    NotOpenError,
    OfferOverError,
    PartyTooLargeError,
)
from enishi.programmes.applications import event_log, ties
from enishi.programmes.applications import policies as application_policies
from enishi.programmes.applications.errors import PartyRefusedError
from enishi.programmes.applications.queries import own as application_queries
from enishi.programmes.applications.schemas import Applicant, ApplicationForm, ApplicationOutcome
from enishi.programmes.applications.tables import ApplicationState
from enishi.programmes.listings.schemas import OfficeActor
from enishi.programmes.sessions import policies as session_policies
from enishi.programmes.sessions import queries as session_queries
from enishi.programmes.sessions import service as sessions
from enishi.programmes.sessions.schemas import Selection

_ONE_LIVE = "programmes_application_one_live"


async def apply(
    applicant: Applicant,
    session_id: uuid.UUID,
    form: ApplicationForm,
    submission: Submission | None = None,
) -> ApplicationOutcome:
    """Confirm a party at once, or put it on the waiting list, or into the draw of the session.

    The conditions of the programme (ages, children, guardians) are read just before the statement
    that applies; a change between the two is not seen. A form that was sent before (`submission`)
    returns the outcome of the first time.

    Raises PartyRefusedError, AlreadyAppliedError, NotOpenError, FullError, PartyTooLargeError,
    NotFoundError or KeyReusedError.
    """
    programme, session = await session_queries.get_public_session(session_id)
    problems = application_policies.party_problems(programme, form)
    if problems:
        raise PartyRefusedError(problems)
    home, place = applicant.home_municipality, programme.municipality_code
    tie = await ties.find_tie(applicant.account_id, home, place)
    applicant = applicant.model_copy(update={"tie": tie})
    take = _enter if session.selection is Selection.DRAW else _take
    try:
        outcome = await take(applicant, session_id, form, submission)
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
    if outcome is not None or not await queries.has_overdue_offers(session_id):
        return outcome
    # Expired offers held the places, or the queue: expire them and try once more.
    await expire_offers(session_id)
    async with db.one_statement():
        return await first_come.take(session_id, applicant, form, submission)


async def _enter(
    applicant: Applicant,
    session_id: uuid.UUID,
    form: ApplicationForm,
    submission: Submission | None,
) -> ApplicationOutcome | None:
    async with db.one_statement():
        return await pool.enter(session_id, applicant, form, submission)


async def _made_before(
    applicant: Applicant, submission: Submission | None
) -> ApplicationOutcome | None:
    """The outcome of the same form, if it was sent before."""
    before = submission and await idempotency.find_outcome(submission)
    if not before:
        return None
    return await application_queries.get_outcome(applicant.account_id, before["receipt"])


async def accept(applicant_id: uuid.UUID, application_id: uuid.UUID) -> None:
    """Accept an offer, or in the last hours take free places from the waiting list.

    Raises OfferOverError after the deadline, NoPlacesLeftError if others were faster, ConflictError
    if there is no offer: it was accepted in another tab or declined, or the session was called off.
    """
    async with db.unit_of_work():
        if await _take_free_places(applicant_id, application_id):
            return
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


async def _take_free_places(applicant_id: uuid.UUID, application_id: uuid.UUID) -> bool:
    """Whether the party took free places from the waiting list. Before the last hours it may not.

    The row lock of the session decides between those who wait and those who apply.
    """
    view = await application_queries.get_application(applicant_id, application_id)
    if view.state is not ApplicationState.WAITING:
        return False
    session = await waiting_list.settled(await sessions.lock(view.session_id))
    is_time = session["first_come_from"] <= clock.now() < session["starts_at"]
    if not is_time or session["state"] != "planned":
        return False
    await waiting_list.seat(session, application_id)
    await event_log.append([application_id], ApplicationState.CONFIRMED, actor_kind="applicant")
    await audit.record(
        "programmes.application.confirmed",
        actor_id=applicant_id,
        subject=("application", application_id),
    )
    return True


async def seat(actor: OfficeActor, session_id: uuid.UUID, application_id: uuid.UUID) -> None:
    """Give free places to a party that waits, whatever its position: an audited act of the office.

    Until the session ends: who comes to the door may be let in. Raises NoPlacesLeftError,
    NotWaitingError, ConflictError for a session that is over or called off, or NotFoundError.
    """
    async with db.unit_of_work():
        session = await waiting_list.settled(await sessions.lock_own(actor, session_id))
        if session["state"] != "planned" or session["ends_at"] <= clock.now():
            raise ConflictError
        await waiting_list.seat(session, application_id)
        await event_log.append([application_id], ApplicationState.CONFIRMED, actor_kind="host")
        await audit.record(
            "programmes.application.seated",
            actor_id=actor.account_id,
            organisation_id=actor.organisation_id,
            subject=("application", application_id),
        )


async def cancel(applicant_id: uuid.UUID, application_id: uuid.UUID) -> None:
    """Cancel an application, or decline an offer. Freed places are offered to the queue.

    Raises BegunError once the session has begun: from then on attendance is recorded.
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
            WHERE id = $1 AND state IN ('held', 'in_draw', 'waiting', 'offered', 'confirmed')
            RETURNING old.state AS was, new.state AS is_now, party_size
            """,
            application_id,
            clock.now(),
        )
        if not ended:
            raise ConflictError
        [row] = ended
        if row["was"] == ApplicationState.IN_DRAW:
            await pool.leave(view.session_id, application_id)
        elif row["was"] == ApplicationState.WAITING:
            await waiting_list.give_back(view.session_id, waiting=1)
        else:
            await waiting_list.give_back(view.session_id, persons=row["party_size"])
        await event_log.append(
            [application_id], ApplicationState(row["is_now"]), actor_kind="applicant"
        )
        await waiting_list.serve(view.session_id)
        await audit.record(
            "programmes.application.cancelled",
            actor_id=applicant_id,
            subject=("application", application_id),
            was=row["was"],
        )


async def expire_offers(session_id: uuid.UUID) -> None:
    """Expire offers and offer their places to the queue. Called by a job, so there is no actor."""
    async with db.unit_of_work():
        ended = await waiting_list.expire(await sessions.lock(session_id))
        offered = await waiting_list.serve(session_id)
        if ended or offered:
            await audit.record(
                "programmes.offers.expired",
                actor_id=None,
                subject=("session", session_id),
                ended=ended,
                offered=offered,
            )


async def open_last_hours(session_id: uuid.UUID) -> None:
    """Tell those who wait that places are first come for all from now on. Called by a job."""
    async with db.unit_of_work():
        await waiting_list.tell_when_last_hours_begin(session_id)


async def _refusal(session_id: uuid.UUID, persons: int) -> ConflictError:
    """Why a party got neither places nor a position in the queue.

    Raises NotFoundError if the programme is not public.
    """
    programme, session = await session_queries.get_public_session(session_id)
    if persons > session.capacity:
        return PartyTooLargeError()
    is_open = session_policies.is_open(programme, session, clock.now())
    if not is_open or session.selection is Selection.DRAW:
        return NotOpenError()
    return FullError()
