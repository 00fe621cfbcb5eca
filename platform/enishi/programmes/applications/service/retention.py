"""Care needs and contacts: reading needs leaves an audit entry; both are erased in time."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from enishi.audit import service as audit
from enishi.kit import clock, db
from enishi.programmes.applications.queries import office as queries
from enishi.programmes.applications.schemas import ApplicantRow
from enishi.programmes.listings.schemas import OfficeActor

# Hosts need care needs on the day, and for questions soon after it.
NEEDS_KEPT = timedelta(days=30)

_FORGET = """
WITH forgotten AS (
    DELETE FROM programmes_party_need n
    USING programmes_party_member m
        JOIN programmes_application a ON a.id = m.application_id
        JOIN programmes_session s ON s.id = a.session_id
    WHERE m.id = n.member_id AND (s.ends_at <= $1 OR a.ended_at IS NOT NULL)
    RETURNING s.id, s.organisation_id
)
SELECT id, organisation_id, count(*) AS persons FROM forgotten GROUP BY 1, 2
"""

# A party whose session was called off may have to be called: it is kept as long as the others.
_FORGET_CONTACTS = """
WITH forgotten AS (
    DELETE FROM programmes_application_contact c
    USING programmes_application a JOIN programmes_session s ON s.id = a.session_id
    WHERE a.id = c.application_id
        AND (s.ends_at <= $1 OR a.state IN ('cancelled', 'declined', 'expired'))
    RETURNING s.id, s.organisation_id
)
SELECT id, organisation_id, count(*) AS parties FROM forgotten GROUP BY 1, 2
"""


async def show_care_needs(
    actor: OfficeActor, session_id: uuid.UUID, rows: Sequence[ApplicantRow]
) -> list[ApplicantRow]:
    """The same rows with decrypted care needs; the audit entry names the actor."""
    async with db.unit_of_work():
        shown = await queries.with_care_needs(actor.organisation_id, rows)
        persons = sum(bool(member.needs) for row in shown for member in row.party)
        if persons:
            await audit.record(
                "programmes.needs.read",
                actor_id=actor.account_id,
                organisation_id=actor.organisation_id,
                subject=("session", session_id),
                persons=persons,
            )
        return shown


async def erase_care_needs() -> int:
    """Erase care needs of past sessions and ended applications. Returns the number of persons."""
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


async def erase_contacts() -> int:
    """Erase the contacts of past sessions and of parties that left. Returns their number."""
    async with db.unit_of_work():
        sessions = await db.fetch(_FORGET_CONTACTS, clock.now() - NEEDS_KEPT)
        for row in sessions:
            await audit.record(
                "programmes.contacts.forgotten",
                actor_id=None,
                organisation_id=row["organisation_id"],
                subject=("session", row["id"]),
                parties=row["parties"],
            )
    return sum(row["parties"] for row in sessions)
