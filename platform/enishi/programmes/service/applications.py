"""Applying to a session, answering an offer, leaving. One function is one unit of work."""

import uuid

import asyncpg

from enishi.audit import service as audit
from enishi.kit import clock, db, ids
from enishi.kit.errors import ConflictError, NotFoundError
from enishi.kit.i18n import gettext_lazy
from enishi.programmes import queries
from enishi.programmes.schemas import Applicant, ApplicationForm, ApplicationOutcome
from enishi.programmes.service import places
from enishi.programmes.tables import ApplicationState, PartyMember

_ONE_LIVE = "programmes_application_one_live"


class AlreadyAppliedError(ConflictError):
    message = gettext_lazy("この開催回には、すでに申し込んでいます。")


class NotOpenError(ConflictError):
    message = gettext_lazy("この開催回の申込は受け付けていません。")


class FullError(ConflictError):
    message = gettext_lazy("満席です。補欠の受付も終わりました。")


class PartyTooLargeError(ConflictError):
    message = gettext_lazy("人数が定員を超えています。")


class OfferOverError(ConflictError):
    message = gettext_lazy("この案内の期限は過ぎました。")


class BegunError(ConflictError):
    message = gettext_lazy("開催が始まったため、取り消せません。主催者に連絡してください。")


async def apply(
    applicant: Applicant, session_id: uuid.UUID, form: ApplicationForm
) -> ApplicationOutcome:
    """Confirm a party at once, or put it on the waiting list.

    Whether the party may come at all (ages, children) is asked before: policies.party_problems.

    Raises AlreadyAppliedError, NotOpenError, FullError, PartyTooLargeError or NotFoundError.
    """
    try:
        async with db.unit_of_work():
            outcome = await _take(applicant, session_id, form)
            await _keep_party(outcome.id, form)
            await places.note([outcome.id], outcome.state, actor_kind="applicant")
            await audit.record(
                "programmes.application.made",
                actor_id=applicant.account_id,
                subject=("application", outcome.id),
                session_id=str(session_id),
                state=outcome.state.value,
                persons=len(form.party),
            )
    except asyncpg.UniqueViolationError as error:
        if db.violated_constraint(error) != _ONE_LIVE:
            raise
        raise AlreadyAppliedError from error
    return outcome


async def _take(
    applicant: Applicant, session_id: uuid.UUID, form: ApplicationForm
) -> ApplicationOutcome:
    outcome = await places.take(session_id, applicant, form)
    if outcome is None:
        # Places, or the queue, may be held by offers that nobody will take any more: once more.
        await places.lock(session_id)
        if await places.expire(session_id):
            await places.offer(session_id)
            outcome = await places.take(session_id, applicant, form)
    if outcome is None:
        raise await _refusal(session_id, len(form.party))
    return outcome


async def accept(applicant_id: uuid.UUID, application_id: uuid.UUID) -> None:
    """Take an offered place. Raises OfferOverError once its time is over."""
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
            await queries.get_application(applicant_id, application_id)
            raise OfferOverError
        await places.note([application_id], ApplicationState.CONFIRMED, actor_kind="applicant")
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
        view = await queries.get_application(applicant_id, application_id)
        session = await places.lock(view.session_id)
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
            await places.give_back(view.session_id, waiting=1)
        else:
            await places.give_back(view.session_id, persons=row["party_size"])
        await places.note([application_id], ApplicationState(row["is_now"]), actor_kind="applicant")
        await places.offer(view.session_id)
        await audit.record(
            "programmes.application.cancelled",
            actor_id=applicant_id,
            subject=("application", application_id),
            was=row["was"],
        )


async def expire_offers(session_id: uuid.UUID) -> None:
    """End what nobody answered in time, and offer the places on. For the clock: no actor."""
    async with db.unit_of_work():
        await places.lock(session_id)
        ended = await places.expire(session_id)
        offered = await places.offer(session_id)
        if ended or offered:
            await audit.record(
                "programmes.offers.expired",
                actor_id=None,
                subject=("session", session_id),
                ended=ended,
                offered=offered,
            )


async def _keep_party(application_id: uuid.UUID, form: ApplicationForm) -> None:
    await PartyMember.insert(
        *(
            PartyMember(
                id=ids.new_id(),
                application_id=application_id,
                position=position,
                kind=member.kind,
                name=member.name,
                age=member.age,
                needs=member.needs,
            )
            for position, member in enumerate(form.party)
        )
    )


async def _refusal(session_id: uuid.UUID, persons: int) -> ConflictError | NotFoundError:
    """Why a party got neither a place nor a place in the queue."""
    session = await queries.get_session(session_id)
    if persons > session.capacity:
        return PartyTooLargeError()
    if not queries.is_open(session, clock.now()):
        return NotOpenError()
    return FullError()
