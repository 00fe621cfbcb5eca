"""Reads of accounts, sessions and consents."""

import uuid
from datetime import date, datetime

from enishi.accounts import memberships
from enishi.accounts.schemas import (
    AccountView,
    Actor,
    ConsentAct,
    ConsentRow,
    ContactView,
    SessionRow,
)
from enishi.accounts.tables import Account, ConsentEntry
from enishi.audit import queries as audit
from enishi.kit import clock, db
from enishi.kit.errors import NotFoundError

# A session ends after so many days without a request.
IDLE_DAYS = 30

_ACTOR = """
SELECT account.id, account.display_name, account.language, account.identity_level,
    account.home_municipality, account.birth_year, account.minor_until,
    account.guardian_confirmed_at IS NOT NULL AS guardian_confirmed,
    session.id AS session_id, session.signed_in_at, session.last_seen_on
FROM accounts_session session
JOIN accounts_account account ON account.id = session.account_id
WHERE session.id = $1 AND session.ended_at IS NULL AND session.last_seen_on > $2::date - $3::int
    AND account.closed_at IS NULL
"""


async def find_actor(session_id: uuid.UUID) -> tuple[Actor, date] | None:
    """The actor of a session and the day of its last request; None once it has ended."""
    rows = await db.fetch(_ACTOR, session_id, clock.today(), IDLE_DAYS)
    if not rows:
        return None
    row = rows[0]
    last_seen_on = row.pop("last_seen_on")
    roles = await memberships.list_of(row["id"])
    return Actor.model_validate({**row, "memberships": roles}), last_seen_on


async def get_account(account_id: uuid.UUID) -> AccountView:
    row = (
        await Account.select(
            Account.id,
            Account.address,
            Account.display_name,
            Account.language,
            Account.home_municipality,
            Account.birth_year,
            Account.minor_until,
            Account.guardian_confirmed_at,
            Account.identity_level,
            Account.created_at,
        )
        .where(Account.id == account_id, Account.closed_at.is_null())
        .first()
    )
    if row is None:
        raise NotFoundError
    return AccountView.model_validate(row)


async def find_account_id(address: str) -> uuid.UUID | None:
    row = await Account.select(Account.id).where(Account.address == address).first()
    return row["id"] if row else None


async def list_sessions(account_id: uuid.UUID) -> list[SessionRow]:
    """The open sessions of an account, the one used last first."""
    rows = await db.fetch(
        "SELECT id, browser, signed_in_at, last_seen_on FROM accounts_session"
        " WHERE account_id = $1 AND ended_at IS NULL AND last_seen_on > $2::date - $3::int"
        " ORDER BY last_seen_on DESC, signed_in_at DESC",
        account_id,
        clock.today(),
        IDLE_DAYS,
    )
    return [SessionRow.model_validate(row) for row in rows]


async def list_consents(account_id: uuid.UUID) -> list[ConsentRow]:
    """The consent log of one account, newest first."""
    rows = (
        await ConsentEntry.select(
            ConsentEntry.purpose, ConsentEntry.version, ConsentEntry.act, ConsentEntry.recorded_at
        )
        .where(ConsentEntry.account_id == account_id)
        .order_by(ConsentEntry.recorded_at, ConsentEntry.id, ascending=False)
    )
    return [ConsentRow.model_validate(row) for row in rows]


async def has_consented(account_id: uuid.UUID, purpose: str) -> bool:
    """Whether the latest entry for this purpose is a consent."""
    rows = await db.fetch(
        "SELECT act FROM accounts_consent WHERE account_id = $1 AND purpose = $2"
        " ORDER BY recorded_at DESC, id DESC LIMIT 1",
        account_id,
        purpose,
    )
    return bool(rows) and rows[0]["act"] == ConsentAct.GIVEN


async def list_changed_accounts(since: datetime) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """(change id, account id) since then, for cache invalidation."""
    rows = await db.fetch(
        "SELECT id, account_id FROM accounts_change WHERE changed_at >= $1", since
    )
    return [(row["id"], row["account_id"]) for row in rows]


async def list_accounts_to_erase(closed_before: datetime) -> list[uuid.UUID]:
    """Accounts that were closed before then and are not erased yet."""
    rows = await db.fetch(
        "SELECT id FROM accounts_account WHERE closed_at < $1 AND erased_at IS NULL", closed_before
    )
    return [row["id"] for row in rows]


async def is_guardian_asked(account_id: uuid.UUID) -> bool:
    """Whether a valid request to a guardian is unanswered."""
    rows = await db.fetch(
        "SELECT 1 FROM accounts_guardian_request"
        " WHERE account_id = $1 AND confirmed_at IS NULL AND expires_at > $2",
        account_id,
        clock.now(),
    )
    return bool(rows)


async def is_closed(account_id: uuid.UUID) -> bool:
    return await Account.exists().where(Account.id == account_id, Account.closed_at.is_not_null())


async def list_guardian_requests(account_id: uuid.UUID) -> list[dict[str, str]]:
    rows = await db.fetch(
        "SELECT address, requested_at, confirmed_at FROM accounts_guardian_request"
        " WHERE account_id = $1 ORDER BY requested_at",
        account_id,
    )
    return [{key: str(value) for key, value in row.items()} for row in rows]


async def list_names(account_ids: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Display names of open accounts: for an office's audit list."""
    rows = await db.fetch(
        "SELECT id, display_name FROM accounts_account WHERE id = ANY($1) AND closed_at IS NULL",
        account_ids,
    )
    return {row["id"]: row["display_name"] for row in rows}


async def find_last_editor(
    organisation_id: uuid.UUID, subject_kind: str, subject_id: uuid.UUID
) -> str:
    """The name of the account that changed a subject of an organisation last; empty if unknown."""
    actor_id = await audit.find_last_actor(organisation_id, subject_kind, subject_id)
    return (await list_names([actor_id])).get(actor_id, "") if actor_id else ""


async def list_contacts(account_ids: list[uuid.UUID]) -> dict[uuid.UUID, ContactView]:
    """Name and address of open accounts, for offices whose members they are."""
    rows = await db.fetch(
        "SELECT id, display_name, address FROM accounts_account"
        " WHERE id = ANY($1) AND closed_at IS NULL",
        account_ids,
    )
    return {row.pop("id"): ContactView.model_validate(row) for row in rows}


async def lock_address(account_id: uuid.UUID) -> str | None:
    """The account's address, locked against a change until the unit of work ends."""
    rows = await db.fetch(
        "SELECT address FROM accounts_account WHERE id = $1 FOR SHARE", account_id
    )
    return rows[0]["address"] if rows else None
