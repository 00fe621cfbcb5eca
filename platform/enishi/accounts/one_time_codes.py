"""One-time codes: eight digits, ten minutes, five tries, bound to the browser that requested them.

A code is only accepted together with the cookie of the browser that requested it, so an attacker
can only guess at codes of their own requests. Requests are rate limited by network, by mailbox and
network together, and by mailbox. A known device (a browser that has signed in to the mailbox's
account before) has a limit of its own: an attacker who exhausts the other limits cannot lock it
out, and delays other browsers by the wait that is shown.
"""

import secrets
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from enishi.accounts.errors import CodeRefusedError
from enishi.accounts.tables import ChallengePurpose
from enishi.kit import clock, db, ratelimit
from enishi.kit.ids import new_id
from enishi.kit.keyring import BadTokenError, ring
from enishi.kit.ratelimit import Limit

DIGITS = 8
TRIES = 5
VALID_FOR = timedelta(minutes=10)
# From the correct code to its use: time to read the terms.
USE_WITHIN = timedelta(minutes=30)

_PER_NETWORK = Limit("accounts.code.network", 100, timedelta(hours=1))
_PER_MAILBOX_AND_NETWORK = Limit("accounts.code.mailbox_network", 5, timedelta(minutes=30))
_PER_MAILBOX = Limit("accounts.code.mailbox", 30, timedelta(hours=1))
_PER_DEVICE = Limit("accounts.code.device", 10, timedelta(hours=1))
_TRIES_PER_NETWORK = Limit("accounts.try.network", 300, timedelta(hours=1))

# The form field in which the code of each purpose is typed.
_FIELD_OF = {
    ChallengePurpose.SIGN_IN: "code",
    ChallengePurpose.OLD_ADDRESS: "old_code",
    ChallengePurpose.NEW_ADDRESS: "new_code",
}

DEVICE_SECONDS = 400 * 86_400  # the longest that browsers keep a cookie


@dataclass(frozen=True)
class Asker:
    """The origin of a request for a code: its network (/24 or /56) and its device token."""

    network: str
    device: str = ""


@dataclass(frozen=True)
class Issued:
    challenge_id: uuid.UUID
    code: str


@dataclass(frozen=True)
class Proved:
    """Proof that this browser's user can read the mailbox."""

    challenge_id: uuid.UUID
    address: str


def device_token(address: str) -> str:
    """The token of a known device; it holds the mailbox as a keyed hash."""
    payload = {"d": secrets.token_urlsafe(12), "m": _mailbox(address)}
    return ring().sign("accounts.device", payload, seconds=DEVICE_SECONDS)


def _known_device(token: str, address: str) -> str | None:
    try:
        payload = ring().verify("accounts.device", token)
    except BadTokenError:
        return None
    return payload["d"] if payload["m"] == _mailbox(address) else None


def _mailbox(address: str) -> str:
    return ring().mac("accounts.mailbox", address.encode()).hex()


async def count_request(address: str, asker: Asker) -> None:
    """Take a request for a code from the rate limits. Raises TooManyRequestsError with the wait."""
    device = _known_device(asker.device, address)
    if device is not None:
        await ratelimit.take(_PER_DEVICE, address, device)
        return
    # Narrow limits first: a request that they refuse takes nothing from the mailbox's limit.
    await ratelimit.take(_PER_NETWORK, asker.network)
    await ratelimit.take(_PER_MAILBOX_AND_NETWORK, address, asker.network)
    await ratelimit.take(_PER_MAILBOX, address)


async def issue(
    purpose: ChallengePurpose, address: str, account_id: uuid.UUID | None = None
) -> Issued:
    """Make a code for the mailbox, in the caller's unit of work. Only its keyed hash is stored."""
    issued = Issued(new_id(), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}")
    now = clock.now()
    await db.fetch(
        "INSERT INTO accounts_challenge (id, purpose, address, account_id, code_mac, tries_left,"
        " created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        issued.challenge_id,
        purpose,
        address,
        account_id,
        _mac(issued.challenge_id, issued.code),
        TRIES,
        now,
        now + VALID_FOR,
    )
    return issued


def _mac(challenge_id: uuid.UUID, code: str) -> bytes:
    return ring().mac("accounts.code", challenge_id.bytes + code.encode())


# Check and decrement in one statement: parallel attempts cannot share a try (no race).
_TRY = """
UPDATE accounts_challenge SET
    tries_left = CASE WHEN code_mac = $2 THEN tries_left ELSE tries_left - 1 END,
    proved_at = CASE WHEN code_mac = $2 THEN coalesce(proved_at, $3) ELSE proved_at END
WHERE id = $1 AND expires_at > $3 AND tries_left > 0 AND purpose = $4
RETURNING code_mac = $2 AS fits, address
"""


async def prove(
    purpose: ChallengePurpose, challenge_id: uuid.UUID, typed: str, asker: Asker
) -> Proved:
    """Check a typed code. A wrong one costs a try.

    Raises CodeRefusedError, TooManyRequestsError. Call it outside the unit of work that it guards:
    the rollback of a refusal would give the try back.
    """
    await ratelimit.take(_TRIES_PER_NETWORK, asker.network)
    code = "".join(c for c in unicodedata.normalize("NFKC", typed) if c.isdecimal())
    rows: list[dict[str, Any]] = await db.fetch(
        _TRY, challenge_id, _mac(challenge_id, code), clock.now(), purpose
    )
    if not rows or not rows[0]["fits"]:
        raise CodeRefusedError(_FIELD_OF[purpose])
    return Proved(challenge_id, rows[0]["address"])


async def find_address(challenge_id: uuid.UUID) -> str | None:
    """The mailbox that a code was sent to; None once the code was deleted."""
    rows = await db.fetch("SELECT address FROM accounts_challenge WHERE id = $1", challenge_id)
    return rows[0]["address"] if rows else None


async def find_proved(challenge_id: uuid.UUID) -> Proved | None:
    """The proof of a challenge; None if it is missing, expired or spent."""
    rows = await db.fetch(
        "SELECT address FROM accounts_challenge"
        " WHERE id = $1 AND proved_at > $2 AND spent_at IS NULL AND purpose = $3",
        challenge_id,
        clock.now() - USE_WITHIN,
        ChallengePurpose.SIGN_IN,
    )
    return Proved(challenge_id, rows[0]["address"]) if rows else None


async def spend(proved: Proved) -> None:
    """Use a proof once, in the caller's unit of work. Raises CodeRefusedError the second time."""
    rows = await db.fetch(
        "UPDATE accounts_challenge SET spent_at = $2"
        " WHERE id = $1 AND proved_at > $3 AND spent_at IS NULL RETURNING id",
        proved.challenge_id,
        clock.now(),
        clock.now() - USE_WITHIN,
    )
    if not rows:
        raise CodeRefusedError


async def prune() -> None:
    """Delete expired codes with their addresses."""
    await db.fetch("DELETE FROM accounts_challenge WHERE expires_at < $1", clock.now() - USE_WITHIN)
