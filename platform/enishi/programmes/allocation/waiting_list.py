"""The waiting list of a session: freed places are offered in the order of the queue.

Only first_come.py, this module and calling a session off change the counters of a session. Each
function runs in the caller's unit of work, which locks the session before its applications: with
one lock order there are no deadlocks.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from enishi.kit import clock, db
from enishi.kit.jobs import enqueue
from enishi.programmes.applications import event_log
from enishi.programmes.applications.tables import ApplicationState
from enishi.programmes.jobs import ExpireOffers
from enishi.programmes.sessions import service as sessions

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

_EXPIRE = """
UPDATE programmes_application SET state = 'expired', offer_until = NULL, ended_at = $2
WHERE session_id = $1 AND state = 'offered' AND offer_until <= $2
RETURNING id, party_size
"""


async def give_back(session_id: uuid.UUID, *, persons: int = 0, waiting: int = 0) -> None:
    """Subtract from the counters of the session. The caller holds its row lock."""
    await db.fetch(
        "UPDATE programmes_session SET taken = taken - $2, waiting = waiting - $3 WHERE id = $1",
        session_id,
        persons,
        waiting,
    )


async def expire(session_id: uuid.UUID) -> int:
    """Expire offers past their deadline. Returns their number. The caller holds the row lock."""
    ended = await db.fetch(_EXPIRE, session_id, clock.now())
    if ended:
        await give_back(session_id, persons=sum(row["party_size"] for row in ended))
        await event_log.append(
            [row["id"] for row in ended], ApplicationState.EXPIRED, actor_kind="clock"
        )
    return len(ended)


async def offer(session_id: uuid.UUID) -> int:
    """Offer free places in the order of the queue. Returns the number of parties."""
    session = await sessions.lock(session_id)
    until = offer_deadline(session)
    free = session["capacity"] - session["taken"]
    if until is None or not session["waiting"] or not free or session["state"] != "planned":
        return 0
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


def offer_deadline(session: dict[str, Any]) -> datetime | None:
    """The deadline of an offer made now. None means *too late for offers*."""
    last: datetime = session["starts_at"] - timedelta(hours=session["cutoff_hours"])
    if clock.now() >= last:
        return None
    return min(last, clock.now() + timedelta(hours=session["offer_hours"]))
