"""Reads of the relations domain."""

import uuid

from enishi.kit import db
from enishi.kit.errors import NotFoundError
from enishi.relations.schemas import ActivityView, ConsentAct, Registrant, RegistrationView

# The last act of each purpose says whether the consent is in force.
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
    """The open registrations of one person, the newest first."""
    return await _list(f"{_REGISTRATION} AND r.withdrawn_at IS NULL", account_id)


async def list_withdrawn(account_id: uuid.UUID) -> list[RegistrationView]:
    """The registrations that one person withdrew, the last one first."""
    return await _list(f"{_REGISTRATION} AND r.withdrawn_at IS NOT NULL", account_id)


async def _list(statement: str, account_id: uuid.UUID) -> list[RegistrationView]:
    # No LIMIT: there is at most one row for a municipality, and an erasure needs them all.
    rows = await db.fetch(
        f"{statement} ORDER BY coalesce(r.withdrawn_at, r.registered_at) DESC", account_id
    )
    return [RegistrationView.model_validate(row) for row in rows]


async def find_registration(
    account_id: uuid.UUID, municipality_code: str
) -> RegistrationView | None:
    """The open registration of a person with a municipality."""
    row = await db.fetch_one(
        f"{_REGISTRATION} AND r.municipality_code = $2 AND r.withdrawn_at IS NULL",
        account_id,
        municipality_code,
    )
    return RegistrationView.model_validate(row) if row else None


async def get_registration(
    account_id: uuid.UUID, registration_id: uuid.UUID, *, or_withdrawn: bool = False
) -> RegistrationView:
    """An open registration of this person, or also a withdrawn one. Raises NotFoundError."""
    row = await db.fetch_one(
        f"{_REGISTRATION} AND r.id = $2 AND ($3 OR r.withdrawn_at IS NULL)",
        account_id,
        registration_id,
        or_withdrawn,
    )
    if row is None:
        raise NotFoundError
    return RegistrationView.model_validate(row)


async def count_registrations(account_id: uuid.UUID) -> int:
    """The number of open registrations of one person."""
    number: int = await db.fetch_value(
        "SELECT count(*) FROM relations_registration"
        " WHERE account_id = $1 AND withdrawn_at IS NULL",
        account_id,
    )
    return number


async def list_consents(registration_id: uuid.UUID) -> list[ConsentAct]:
    """The whole consent log of one registration, the oldest act first."""
    rows = await db.fetch(
        """SELECT purpose, version, given = 1 AS given, recorded_at FROM relations_consent
        WHERE registration_id = $1 ORDER BY recorded_at, id""",
        registration_id,
    )
    return [ConsentAct.model_validate(row) for row in rows]


async def get_registrant(account_id: uuid.UUID, registration_id: uuid.UUID) -> Registrant:
    """The person who registered, with the dimensions of their last act on this registration."""
    row = await db.fetch_one(
        """SELECT r.account_id, e.home_municipality, e.age_band, e.identity_level
        FROM relations_registration_event e
        JOIN relations_registration r ON r.id = e.registration_id
        WHERE r.id = $1 AND r.account_id = $2 ORDER BY e.happened_at DESC, e.id DESC LIMIT 1""",
        registration_id,
        account_id,
    )
    if row is None:
        raise NotFoundError
    return Registrant.model_validate(row)


async def is_registered(account_id: uuid.UUID, municipality_code: str) -> bool:
    """Whether the account has an open registration with the municipality."""
    found: bool = await db.fetch_value(
        """SELECT EXISTS (SELECT FROM relations_registration
            WHERE account_id = $1 AND municipality_code = $2 AND withdrawn_at IS NULL)""",
        account_id,
        municipality_code,
    )
    return found


async def list_activities(account_id: uuid.UUID) -> list[ActivityView]:
    rows = await db.fetch(
        """SELECT municipality_code, programme_kind, day, evidence FROM relations_activity
        WHERE account_id = $1 ORDER BY day DESC, id""",
        account_id,
    )
    return [ActivityView.model_validate(row) for row in rows]
