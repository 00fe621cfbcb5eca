"""The confirmation of a guardian for an account under 16, requested by mail."""

import uuid
from datetime import timedelta

from enishi.accounts import queries, sessions
from enishi.accounts.errors import GuardianLinkError, OwnAddressError
from enishi.accounts.schemas import Actor
from enishi.accounts.tables import GuardianRequest
from enishi.audit import service as audit
from enishi.kit import clock, db, links, mail, ratelimit, stranger_mails
from enishi.kit.i18n import Language
from enishi.kit.ids import new_id
from enishi.kit.keyring import BadTokenError, ring
from enishi.kit.ratelimit import Limit

_LINK = links.declare("accounts:guardian", "/{language}/guardian/{token}")
_PURPOSE = "accounts.guardian"
VALID_FOR = timedelta(days=14)
_PER_ACCOUNT = Limit("accounts.guardian", 3, timedelta(days=1))


async def ask(account_id: uuid.UUID, address: str, language: Language, network: str) -> None:
    """Send the request to the guardian, in the caller's unit of work.

    The mail holds no text of the sender, who may be anybody. Raises TooManyRequestsError.
    """
    await stranger_mails.count(address, network)
    request_id = new_id()
    now = clock.now()
    await GuardianRequest(
        id=request_id,
        account_id=account_id,
        address=address,
        requested_at=now,
        expires_at=now + VALID_FOR,
    ).save()
    token = ring().sign(_PURPOSE, {"g": request_id.hex}, seconds=int(VALID_FOR.total_seconds()))
    await mail.compose_and_send(
        "accounts/mail/guardian.txt",
        language,
        kind="accounts.guardian",
        subject_key=request_id,
        to=address,
        url=links.absolute(_LINK, language, token=token),
        days=VALID_FOR.days,
    )
    await audit.record(
        "accounts.guardian.asked", actor_id=account_id, subject=("account", account_id)
    )


async def ask_again(actor: Actor, address: str, network: str) -> None:
    """Send the request again, to the same guardian or another.

    Raises OwnAddressError and TooManyRequestsError.
    """
    account = await queries.get_account(actor.id)
    if address == account.address:
        raise OwnAddressError
    await ratelimit.take(_PER_ACCOUNT, actor.id)
    async with db.unit_of_work():
        await ask(actor.id, address, actor.language, network)


def read_link(token: str) -> uuid.UUID:
    """The id of the request in a guardian's link. Raises GuardianLinkError."""
    try:
        return uuid.UUID(ring().verify(_PURPOSE, token)["g"])
    except BadTokenError:
        raise GuardianLinkError from None


async def check_link(token: str) -> None:
    """Raises GuardianLinkError for a link that has been used or has expired."""
    rows = await db.fetch(
        "SELECT 1 FROM accounts_guardian_request"
        " WHERE id = $1 AND confirmed_at IS NULL AND expires_at > $2",
        read_link(token),
        clock.now(),
    )
    if not rows:
        raise GuardianLinkError


async def confirm(request_id: uuid.UUID) -> None:
    """Confirm the account. Raises GuardianLinkError the second time and after the expiry."""
    now = clock.now()
    async with db.unit_of_work():
        rows = await db.fetch(
            "UPDATE accounts_guardian_request SET confirmed_at = $2"
            " WHERE id = $1 AND confirmed_at IS NULL AND expires_at > $2 RETURNING account_id",
            request_id,
            now,
        )
        if not rows:
            raise GuardianLinkError
        account_id: uuid.UUID = rows[0]["account_id"]
        await db.fetch(
            "UPDATE accounts_account SET guardian_confirmed_at = $2"
            " WHERE id = $1 AND closed_at IS NULL",
            account_id,
            now,
        )
        await sessions.announce_change(account_id)
        await audit.record(
            "accounts.guardian.confirmed", actor_id=None, subject=("account", account_id)
        )
