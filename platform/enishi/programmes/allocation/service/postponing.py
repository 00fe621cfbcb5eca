"""Postpones a session: places are kept, each party is told and asked. Each is one unit of work.

A party that does not answer keeps its place: silence gives nothing away. Giving it back is
cancelling (applications.cancel), so a party that left is read from its state.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from enishi.audit import service as audit
from enishi.kit import clock, db, ids
from enishi.kit.errors import ConflictError
from enishi.kit.jobs import enqueue
from enishi.programmes.allocation import waiting_list
from enishi.programmes.allocation.errors import (
    AttendanceMarkedError,
    BegunError,
    EndedError,
    NotLaterError,
    PastError,
)
from enishi.programmes.allocation.service.sessions import require_unchanged
from enishi.programmes.applications import event_log
from enishi.programmes.applications.tables import ApplicationState
from enishi.programmes.jobs import ExpireOffers
from enishi.programmes.listings import service as programmes
from enishi.programmes.listings.schemas import OfficeActor
from enishi.programmes.sessions import service as sessions

# The deadline for applications moves with the session, and what those who wait were told of the
# last hours is over. PostgreSQL computes `first_come_from` anew. The deadline of a draw stays: it
# is part of its rule.
_MOVE = """
UPDATE programmes_session SET
    starts_at = $2,
    ends_at = $3,
    closes_at = least(closes_at + ($2 - starts_at), $2),
    free_places_told_at = NULL
WHERE id = $1
RETURNING *
"""
_NOTE = """
INSERT INTO programmes_postponement
    (id, session_id, was_starts_at, was_ends_at, starts_at, ends_at, reason, decided_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_ASK = """
INSERT INTO programmes_postponement_answer (id, postponement_id, application_id)
SELECT uuidv7(), $1, id FROM programmes_application
WHERE session_id = $2 AND state IN ('in_draw', 'held', 'waiting', 'offered', 'confirmed')
RETURNING application_id
"""
# Only the latest postponement is asked about.
_STAY = """
UPDATE programmes_postponement_answer SET stays_at = $3
WHERE application_id = $1 AND stays_at IS NULL AND postponement_id = (
    SELECT id FROM programmes_postponement WHERE session_id = $2
    ORDER BY decided_at DESC, id DESC LIMIT 1)
RETURNING id
"""


async def postpone(  # noqa: PLR0913 (who, what, when, why, as seen)
    actor: OfficeActor,
    session_id: uuid.UUID,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    *,
    seen: str = "",
) -> int:
    """Move a session to a later time; every place and position is kept. Returns parties asked.

    Open offers get time to be answered for the new date. Also a session that has begun may be
    postponed, until it ends, while nobody is marked as attended or absent. `seen` is the
    fingerprint of the session when the form was opened; empty for a caller without a form.

    Raises ChangedMeanwhileError, NotLaterError, PastError, EndedError, AttendanceMarkedError, or
    ConflictError for a session that was called off.
    """
    async with db.unit_of_work():
        before = await sessions.lock_own(actor, session_id)
        await require_unchanged(actor, session_id, seen)
        before = await waiting_list.settled(before)
        await _require_possible(before, starts_at)
        await programmes.touch(actor, before["programme_id"])
        [moved] = await db.fetch(_MOVE, session_id, starts_at, ends_at)
        postponement_id = ids.new_id()
        times = (before["starts_at"], before["ends_at"], starts_at, ends_at)
        await db.execute(_NOTE, postponement_id, session_id, *times, reason, clock.now())
        asked = await db.fetch(_ASK, postponement_id, session_id)
        await _lengthen_offers(moved)
        await _tell([row["application_id"] for row in asked], reason)
        await waiting_list.serve(session_id)
        await audit.record(
            "programmes.session.postponed",
            actor_id=actor.account_id,
            organisation_id=actor.organisation_id,
            subject=("session", session_id),
            was=before["starts_at"],
            starts_at=starts_at,
            told=len(asked),
        )
        return len(asked)


async def stay(applicant_id: uuid.UUID, application_id: uuid.UUID, session_id: uuid.UUID) -> None:
    """Record that a party comes at the new time. It changes no place.

    Raises ConflictError where the party was not asked, or has answered or left; BegunError once
    the session has begun. The caller has read the application as the applicant's own.
    """
    async with db.unit_of_work():
        session = await sessions.lock(session_id)
        if session["starts_at"] <= clock.now():
            raise BegunError
        live = await db.fetch_one(
            """SELECT id FROM programmes_application WHERE id = $1 AND applicant_id = $2
                AND session_id = $3
                AND state IN ('in_draw', 'held', 'waiting', 'offered', 'confirmed')""",
            application_id,
            applicant_id,
            session_id,
        )
        if live is None or session["state"] != "planned":
            raise ConflictError
        if not await db.fetch(_STAY, application_id, session_id, clock.now()):
            raise ConflictError
        await audit.record(
            "programmes.postponement.answered",
            actor_id=applicant_id,
            subject=("application", application_id),
        )


async def _require_possible(session: dict[str, Any], starts_at: datetime) -> None:
    if session["state"] != "planned":
        raise ConflictError
    if session["ends_at"] <= clock.now():
        raise EndedError
    if starts_at <= session["starts_at"]:
        raise NotLaterError
    if starts_at <= clock.now():
        raise PastError
    marked = await db.fetch_value(
        """SELECT EXISTS (SELECT FROM programmes_application
        WHERE session_id = $1 AND state IN ('attended', 'absent'))""",
        session["id"],
    )
    if marked:
        raise AttendanceMarkedError


async def _lengthen_offers(session: dict[str, Any]) -> None:
    """An offer was made for the old date: its party gets the time of a new one to answer."""
    if session["first_come_from"] <= clock.now():
        return
    until = waiting_list.offer_deadline(session)
    longer = await db.fetch(
        """UPDATE programmes_application SET offer_until = $2
        WHERE session_id = $1 AND state = 'offered' AND offer_until < $2 RETURNING id""",
        session["id"],
        until,
    )
    if longer:
        await enqueue(ExpireOffers(session_id=session["id"]), due_at=until + timedelta(seconds=1))


async def _tell(application_ids: list[uuid.UUID], reason: str) -> None:
    """Append the event to each party in its own state, which stays as it is, and mail it."""
    rows = await db.fetch(
        "SELECT id, state FROM programmes_application WHERE id = ANY ($1) ORDER BY ticket",
        application_ids,
    )
    for state in {row["state"]: None for row in rows}:
        told = [row["id"] for row in rows if row["state"] == state]
        await event_log.append(
            told, ApplicationState(state), actor_kind=event_log.POSTPONED, reason=reason
        )
