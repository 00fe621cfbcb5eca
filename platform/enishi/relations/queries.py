"""Reads of the relations domain."""

import uuid

from enishi.kit import db
from enishi.kit.errors import NotFoundError
from enishi.relations.schemas import ActivityView, Registrant, RegistrationView

# The consents in force are the last act of each purpose.
_REGISTRATION = """
SELECT r.id, r.municipality_code, r.prefecture_code, r.tier, r.reasons, r.interests,
    r.registered_at,
    ARRAY(
        SELECT purpose FROM (
            SELECT DISTINCT ON (c.purpose) c.purpose, c.given FROM relations_consent c
            WHERE c.registration_id = r.id ORDER BY c.purpose, c.recorded_at DESC, c.id DESC
        ) AS latest WHERE given = 1 ORDER BY purpose
    ) AS purposes
FROM relations_registration r
WHERE r.withdrawn_at IS NULL AND r.account_id = $1
"""


async def list_registrations(account_id: uuid.UUID) -> list[RegistrationView]:
    """The places of one person, the newest tie first."""
    rows = await db.fetch(f"{_REGISTRATION} ORDER BY r.registered_at DESC LIMIT 500", account_id)
    return [RegistrationView.model_validate(row) for row in rows]


async def get_registration(account_id: uuid.UUID, registration_id: uuid.UUID) -> RegistrationView:
    rows = await db.fetch(f"{_REGISTRATION} AND r.id = $2", account_id, registration_id)
    if not rows:
        raise NotFoundError
    return RegistrationView.model_validate(rows[0])


async def get_registrant(account_id: uuid.UUID, registration_id: uuid.UUID) -> Registrant:
    """Who registered, as they were at their last act on this registration."""
    rows = await db.fetch(
        """SELECT r.account_id, e.home_municipality, e.age_band, e.identity_level
        FROM relations_registration_event e
        JOIN relations_registration r ON r.id = e.registration_id
        WHERE r.id = $1 AND r.account_id = $2 ORDER BY e.happened_at DESC, e.id DESC LIMIT 1""",
        registration_id,
        account_id,
    )
    if not rows:
        raise NotFoundError
    return Registrant.model_validate(rows[0])


async def count_registrations(municipality_code: str) -> int:
    """How many people are tied to a place. Shown in bands only."""
    number: int = await db.value(
        """SELECT count(*) FROM relations_registration
        WHERE municipality_code = $1 AND withdrawn_at IS NULL""",
        municipality_code,
    )
    return number


async def list_activities(account_id: uuid.UUID) -> list[ActivityView]:
    rows = await db.fetch(
        """SELECT municipality_code, programme_kind, day, evidence FROM relations_activity
        WHERE account_id = $1 ORDER BY day DESC, id LIMIT 500""",
        account_id,
    )
    return [ActivityView.model_validate(row) for row in rows]
