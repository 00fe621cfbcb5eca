"""The waiting list of a session: freed places are offered in the order of the queue.

In the last hours before a session (from `first_come_from` on) an offer would be too short to be
answered, and nobody blocks anybody: all who wait are told of free places, and the first takes them.

Only first_come.py, this module and calling a session off change the counters of a session. Each
function runs in the caller's unit of work, which locks the session before its applications: with
one lock order there are no deadlocks.
"""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from enishi.kit import clock, db, ids
from enishi.kit.jobs import enqueue
from enishi.programmes.allocation.errors import NoPlacesLeftError, NotWaitingError
from enishi.programmes.applications import event_log
from enishi.programmes.applications.tables import ApplicationState
from enishi.programmes.jobs import ExpireOffers, TellOfFreePlaces
from enishi.programmes.sessions import service as sessions

# People read mail while they are awake. The same hours stand in the expression of the column
# `first_come_from`; a test compares the two.
_LEAST_AWAKE = timedelta(hours=2)
_WAKES, _SLEEPS = timedelta(hours=7), timedelta(hours=22)

# Strictly first in, first out: a party that does not fit blocks the parties behind it.
_OFFER = """
WITH queue AS (
    SELECT id, sum(party_size) OVER (ORDER BY ticket) AS needed
    FROM programmes_application
    WHERE session_id = $1 AND state = 'waiting'
    ORDER BY ticket
    LIMIT $2
)
UPDATE programmes_application a SET state = 'offered', offer_until = $3
FROM queue
WHERE a.id = queue.id AND queue.needed <= $2
RETURNING a.id, a.party_size
"""

# An offer that the last hours cut short costs no position: its party waits on, as all others.
_EXPIRE = """
UPDATE programmes_application SET
    state = CASE WHEN offer_until >= $3 THEN 'waiting' ELSE 'expired' END,
    ended_at = CASE WHEN offer_until >= $3 THEN NULL ELSE $2 END,
    offer_until = NULL
WHERE session_id = $1 AND state = 'offered' AND offer_until <= $2
RETURNING id, party_size, new.state AS is_now
"""
_SEAT = """
UPDATE programmes_application SET state = 'confirmed'
WHERE id = $1 AND session_id = $2 AND state = 'waiting' RETURNING party_size
"""


async def give_back(session_id: uuid.UUID, *, persons: int = 0, waiting: int = 0) -> None:
    """Subtract from the counters of the session. The caller holds its row lock."""
    await db.fetch(
        "UPDATE programmes_session SET taken = taken - $2, waiting = waiting - $3 WHERE id = $1",
        session_id,
        persons,
        waiting,
    )


async def settled(session: dict[str, Any]) -> dict[str, Any]:
    """The locked row of the session, without the places of offers past their deadline."""
    return await sessions.lock(session["id"]) if await expire(session) else session


async def expire(session: dict[str, Any]) -> int:
    """Expire offers past their deadline. Returns their number. `session` is the locked row."""
    now = clock.now()
    ended = await db.fetch(_EXPIRE, session["id"], now, session["first_come_from"])
    if ended:
        back = [row["id"] for row in ended if row["is_now"] == ApplicationState.WAITING]
        over = [row["id"] for row in ended if row["is_now"] == ApplicationState.EXPIRED]
        persons = sum(row["party_size"] for row in ended)
        await give_back(session["id"], persons=persons, waiting=-len(back))
        await event_log.append(back, ApplicationState.WAITING, actor_kind="clock")
        await event_log.append(over, ApplicationState.EXPIRED, actor_kind="clock")
    return len(ended)


async def serve(session_id: uuid.UUID) -> int:
    """Offer free places in the order of the queue, or in the last hours tell all who wait.

    Returns the number of parties with an offer.
    """
    session = await sessions.lock(session_id)
    free = session["capacity"] - session["taken"]
    if not session["waiting"] or not free or session["state"] != "planned":
        return 0
    if session["first_come_from"] > clock.now():
        return await _offer(session, free)
    if clock.now() < session["starts_at"]:
        await _tell(session_id)
    return 0


async def tell_when_last_hours_begin(session_id: uuid.UUID) -> None:
    """Tell those who wait, once, of places that were free already and blocked by the queue."""
    session = await sessions.lock(session_id)
    if session["free_places_told_at"] is None:
        await serve(session_id)
        await _mark_told(session_id)


async def _tell(session_id: uuid.UUID) -> None:
    await _mark_told(session_id)
    await enqueue(TellOfFreePlaces(session_id=session_id, occasion=ids.new_id()))


async def _mark_told(session_id: uuid.UUID) -> None:
    await db.fetch(
        "UPDATE programmes_session SET free_places_told_at = $2 WHERE id = $1",
        session_id,
        clock.now(),
    )


async def seat(session: dict[str, Any], application_id: uuid.UUID) -> None:
    """Give a party that waits the places that are free. `session` is the locked row.

    Raises NotWaitingError or NoPlacesLeftError.
    """
    seated = await db.fetch_one(_SEAT, application_id, session["id"])
    if seated is None:
        raise NotWaitingError
    if session["taken"] + seated["party_size"] > session["capacity"]:
        raise NoPlacesLeftError
    await give_back(session["id"], persons=-seated["party_size"], waiting=1)


async def _offer(session: dict[str, Any], free: int) -> int:
    session_id = session["id"]
    until = offer_deadline(session)
    offered = await db.fetch(_OFFER, session_id, free, until)
    if not offered:
        return 0
    persons = sum(row["party_size"] for row in offered)
    await give_back(session_id, persons=-persons, waiting=len(offered))
    await event_log.append(
        [row["id"] for row in offered], ApplicationState.OFFERED, actor_kind="clock"
    )
    await enqueue(ExpireOffers(session_id=session_id), due_at=until)
    return len(offered)


def offer_deadline(session: dict[str, Any]) -> datetime:
    """The deadline of an offer made now, before the last hours.

    At the latest the cut-off, and at least two hours in which people are awake: before
    `first_come_from` both can be kept.
    """
    last: datetime = session["starts_at"] - timedelta(hours=session["cutoff_hours"])
    wanted = clock.now() + timedelta(hours=session["offer_hours"])
    return max(min(last, wanted), after_awake_time(clock.now()))


def after_awake_time(start: datetime) -> datetime:
    """The instant at which two hours between 07:00 and 22:00 in Japan have passed since `start`."""
    local, left = clock.in_tokyo(start), _LEAST_AWAKE
    while True:
        day = local.replace(hour=0, minute=0, second=0, microsecond=0)
        local = max(local, day + _WAKES)
        if local + left <= day + _SLEEPS:
            return (local + left).astimezone(UTC)
        left -= max(day + _SLEEPS - local, timedelta())
        local = day + timedelta(days=1)
