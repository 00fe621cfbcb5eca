"""Reads of the relations domain."""

import uuid

from enishi.kit import db
from enishi.kit.errors import NotFoundError
from enishi.relations.schemas import ActivityView, ConsentAct, Registrant, RegistrationView

# The consents in force are the last act of each purpose.
_REGISTRATION = """
SELECT r.id, r.municipality_code, r.prefecture_code, r.tier, r.reasons, r.interests,
    r.registered_at, r.withdrawn_at,
    ARRAY(
        SELECT purpose FROM (
            SELECT DISTINCT ON (c.purpose) c.purpose, c.given FROM relations_consent c
            WHERE c.registration_id = r.id ORDER BY c.purpose, c.recorded_at DESC, c.id DESC
        ) AS latest WHERE given = 1 ORDER BY purpose
    ) AS purposes
FROM relations_registration r
WHERE r.account_id = $1
"""


async def list_registrations(account_id: uuid.UUID) -> list[RegistrationView]:
    """The places of one person, the newest tie first."""
    return await _list(f"{_REGISTRATION} AND r.withdrawn_at IS NULL", account_id)


async def list_ended(account_id: uuid.UUID) -> list[RegistrationView]:
    """The ties that one person ended, the last one first."""
    return await _list(f"{_REGISTRATION} AND r.withdrawn_at IS NOT NULL", account_id)


async def _list(statement: str, account_id: uuid.UUID) -> list[RegistrationView]:
    # At most one row a municipality: no limit, so that nothing is left out of an erasure either.
    rows = await db.fetch(
        f"{statement} ORDER BY coalesce(r.withdrawn_at, r.registered_at) DESC", account_id
    )
    return [RegistrationView.model_validate(row) for row in rows]


async def find_registration(
    account_id: uuid.UUID, municipality_code: str
) -> RegistrationView | None:
    """Somebody's tie to a place, if it holds."""
    rows = await db.fetch(
        f"{_REGISTRATION} AND r.municipality_code = $2 AND r.withdrawn_at IS NULL",
        account_id,
        municipality_code,
    )
    return RegistrationView.model_validate(rows[0]) if rows else None


async def get_registration(
    account_id: uuid.UUID, registration_id: uuid.UUID, *, ended: bool = False
) -> RegistrationView:
    """A tie of this person that holds; one that was ended only where `ended` asks for it too."""
    rows = await db.fetch(
        f"{_REGISTRATION} AND r.id = $2 AND ($3 OR r.withdrawn_at IS NULL)",
        account_id,
        registration_id,
        ended,
    )
    if not rows:
        raise NotFoundError
    return RegistrationView.model_validate(rows[0])


async def list_consents(registration_id: uuid.UUID) -> list[ConsentAct]:
    """The whole ledger of one tie, oldest first."""
    rows = await db.fetch(
        """SELECT purpose, version, given = 1 AS given, recorded_at FROM relations_consent
        WHERE registration_id = $1 ORDER BY recorded_at, id""",
        registration_id,
    )
    return [ConsentAct.model_validate(row) for row in rows]


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


async def list_activities(account_id: uuid.UUID) -> list[ActivityView]:
    rows = await db.fetch(
        """SELECT municipality_code, programme_kind, day, evidence FROM relations_activity
        WHERE account_id = $1 ORDER BY day DESC, id""",
        account_id,
    )
    return [ActivityView.model_validate(row) for row in rows]
