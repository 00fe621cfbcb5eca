"""Places that come free, and offering them to those who wait.

With first_come.py, the only statements that change `taken`, `waiting` and `tickets` of a session
that takes place. Each runs in the caller's unit of work, which locks the session's row first and
its applications after it, so no two of them can deadlock.
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

# A party ahead that does not fit holds up those behind it: nobody overtakes.
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
    """Free places, or leave the queue. The caller has locked the session."""
    await db.fetch(
        "UPDATE programmes_session SET taken = taken - $2, waiting = waiting - $3 WHERE id = $1",
        session_id,
        persons,
        waiting,
    )


async def expire(session_id: uuid.UUID) -> int:
    """End the offers whose time is over; answers how many. The caller has locked the session."""
    ended = await db.fetch(_EXPIRE, session_id, clock.now())
    if ended:
        await give_back(session_id, persons=sum(row["party_size"] for row in ended))
        await event_log.append(
            [row["id"] for row in ended], ApplicationState.EXPIRED, actor_kind="clock"
        )
    return len(ended)


async def offer(session_id: uuid.UUID) -> int:
    """Offer free places to those who wait, in their order; answers to how many parties."""
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
    """Until when an offer made now may be taken; None once it is too late to offer."""
    last: datetime = session["starts_at"] - timedelta(hours=session["cutoff_hours"])
    if clock.now() >= last:
        return None
    return min(last, clock.now() + timedelta(hours=session["offer_hours"]))
