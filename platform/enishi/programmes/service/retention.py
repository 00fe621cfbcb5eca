"""What is kept of a party only as long as its hosts need it."""

from datetime import timedelta

from enishi.audit import service as audit
from enishi.kit import clock, db

# Allergies and health are for the day itself, and for what may be asked soon after it.
NEEDS_KEPT = timedelta(days=30)

_FORGET = """
WITH forgotten AS (
    UPDATE programmes_party_member m SET needs = ''
    FROM programmes_application a JOIN programmes_session s ON s.id = a.session_id
    WHERE a.id = m.application_id AND m.needs <> ''
        AND (s.ends_at <= $1 OR a.ended_at IS NOT NULL)
    RETURNING s.id, s.organisation_id
)
SELECT id, organisation_id, count(*) AS persons FROM forgotten GROUP BY 1, 2
"""


async def forget_needs() -> int:
    """Empty what people wrote of their health once it is over; answers for how many persons."""
    async with db.unit_of_work():
        sessions = await db.fetch(_FORGET, clock.now() - NEEDS_KEPT)
        for row in sessions:
            await audit.record(
                "programmes.needs.forgotten",
                actor_id=None,
                organisation_id=row["organisation_id"],
                subject=("session", row["id"]),
                persons=row["persons"],
            )
    return sum(row["persons"] for row in sessions)
