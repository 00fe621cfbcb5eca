"""Reads of offers, the queue and the counters of sessions."""

import uuid

from enishi.kit import clock, db
from enishi.programmes.applications.schemas import ApplicationView, WaitingParty


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


async def list_last_hours_begun(most: int) -> list[uuid.UUID]:
    """Sessions whose last hours have begun with free places, and whose queue was not told yet."""
    rows = await db.fetch(
        """SELECT id FROM programmes_session
        WHERE state = 'planned' AND waiting > 0 AND free_places_told_at IS NULL
            AND first_come_from <= $1 AND $1 < starts_at AND taken < capacity
        ORDER BY first_come_from LIMIT $2""",
        clock.now(),
        most,
    )
    return [row["id"] for row in rows]


async def list_waiting(session_id: uuid.UUID, after_ticket: int, size: int) -> list[WaitingParty]:
    """The parties that wait and fit into the free places, in the order of their tickets.

    None once the session has begun or was called off.
    """
    rows = await db.fetch(
        """SELECT a.id AS application_id, a.applicant_id AS account_id, a.receipt, a.ticket,
            p.title AS programme, s.starts_at, s.capacity - s.taken AS free
        FROM programmes_application a
        JOIN programmes_session s ON s.id = a.session_id
        JOIN programmes_programme p ON p.id = s.programme_id
        WHERE a.session_id = $1 AND a.state = 'waiting' AND a.applicant_id IS NOT NULL
            AND a.ticket > $2 AND a.party_size <= s.capacity - s.taken
            AND s.state = 'planned' AND $3 < s.starts_at
        ORDER BY a.ticket LIMIT $4""",
        session_id,
        after_ticket,
        clock.now(),
        size,
    )
    return [
        WaitingParty.model_validate(row | {"programme": db.document(row["programme"])})
        for row in rows
    ]


async def count_drift() -> int:
    """The number of sessions whose counters differ from a recount. Anything but 0 is a bug."""
    rows = await db.fetch(
        """
        SELECT count(*) AS drift FROM programmes_session s
        LEFT JOIN LATERAL (
            SELECT
                coalesce(sum(party_size) FILTER (WHERE state IN
                    ('held', 'offered', 'confirmed', 'attended', 'absent')), 0) AS taken,
                count(*) FILTER (WHERE state = 'waiting') AS waiting,
                count(*) FILTER (WHERE state = 'in_draw') AS in_draw
            FROM programmes_application a WHERE a.session_id = s.id
        ) r ON true
        WHERE s.taken <> r.taken OR s.waiting <> r.waiting OR s.in_draw <> r.in_draw
        """
    )
    drift: int = rows[0]["drift"]
    return drift
