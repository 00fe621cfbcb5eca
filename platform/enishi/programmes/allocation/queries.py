"""Reads of offers, the queue and the counters of sessions."""

import uuid

from enishi.kit import clock, db
from enishi.programmes.applications.schemas import ApplicationView


async def has_overdue_offers(session_id: uuid.UUID) -> bool:
    """Whether a session has offers past their deadline that no job has expired yet."""
    found: bool = await db.fetch_value(
        """SELECT EXISTS (SELECT FROM programmes_application
        WHERE session_id = $1 AND state = 'offered' AND offer_until <= $2)""",
        session_id,
        clock.now(),
    )
    return found


async def queue_position(application: ApplicationView) -> int:
    """The position of an application in the queue, from 1; 0 if it does not wait."""
    rows = await db.fetch(
        """
        SELECT count(*) AS place FROM programmes_application
        WHERE session_id = $1 AND state = 'waiting' AND ticket <= $2
        """,
        application.session_id,
        application.ticket,
    )
    place: int = rows[0]["place"]
    return place if application.state == "waiting" else 0


async def count_drift() -> int:
    """The number of sessions whose counters differ from a recount. Anything but 0 is a bug."""
    rows = await db.fetch(
        """
        SELECT count(*) AS drift FROM programmes_session s
        LEFT JOIN LATERAL (
            SELECT
                coalesce(sum(party_size) FILTER (WHERE state IN
                    ('held', 'offered', 'confirmed', 'attended', 'absent')), 0) AS taken,
                count(*) FILTER (WHERE state = 'waiting') AS waiting
            FROM programmes_application a WHERE a.session_id = s.id
        ) r ON true
        WHERE s.taken <> r.taken OR s.waiting <> r.waiting
        """
    )
    drift: int = rows[0]["drift"]
    return drift
