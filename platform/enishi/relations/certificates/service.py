"""Certificates issued and revoked, and the status list. One public function is one unit of work."""

import asyncio
import secrets
import uuid
from datetime import UTC, datetime, timedelta

from enishi.audit import service as audit
from enishi.kit import clock, db, ids, public_keys
from enishi.kit.i18n import Language, speaking
from enishi.kit.seen import ChangedMeanwhileError
from enishi.kit.signing_key import SigningKey, SigningKeyError
from enishi.places import queries as places
from enishi.relations import queries as registrations
from enishi.relations.certificates import queries, sd_jwt, status_list, tokens
from enishi.relations.certificates.errors import (
    SigningUnavailableError,
    TooManyCertificatesError,
)
from enishi.relations.certificates.schemas import Claims, StatusList
from enishi.relations.schemas import RegistrationView
from enishi.settings import get_settings

MOST_PER_REGISTRATION = 12
_SECRET_BYTES = 16
_TRIES = 100  # of random positions: enough while nine tenths of the list are taken
_RETRY_AFTER = 3600
_KEPT_AFTER_EXPIRY = timedelta(days=30)

_INSERT = """
INSERT INTO relations_certificate (
    id, number, registration_id, tier, position, secret, token, sd_jwt, issued_at, expires_at
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (position) DO NOTHING
RETURNING id
"""
_REVOKE = """
UPDATE relations_certificate SET revoked_at = $2, token = '', sd_jwt = ''
WHERE registration_id = $1 AND revoked_at IS NULL RETURNING id
"""


async def issue(
    account_id: uuid.UUID, registration_id: uuid.UUID, *, name: str = "", seen: str = ""
) -> str:
    """Issue a certificate of an open registration; a former one is revoked. Returns its number.

    `name` stands on it unless empty. `seen` is the number of the certificate that the form was
    opened with. Raises NotFoundError, ChangedMeanwhileError, TooManyCertificatesError and
    SigningUnavailableError.
    """
    async with db.unit_of_work():
        await db.execute(
            "SELECT 1 FROM relations_registration WHERE id = $1 FOR UPDATE", registration_id
        )
        registration = await registrations.get_registration(account_id, registration_id)
        current = await queries.find_certificate(registration_id)
        if seen != (current.number if current else ""):
            raise ChangedMeanwhileError
        if await queries.count_certificates(registration_id) >= MOST_PER_REGISTRATION:
            raise TooManyCertificatesError(MOST_PER_REGISTRATION)
        try:
            key = await public_keys.own_key()
        except SigningKeyError as error:
            raise SigningUnavailableError(_RETRY_AFTER) from error
        await db.execute(_REVOKE, registration_id, clock.now())
        number = await _insert(registration, name, key)
        await audit.record(
            "relations.certificate.issued",
            actor_id=account_id,
            subject=("registration", registration_id),
        )
        return number


async def _insert(registration: RegistrationView, name: str, key: SigningKey) -> str:
    """Take a free position at random: an order would tell how many were issued before."""
    now = clock.now().replace(microsecond=0)
    with speaking(Language.JA):
        place_name = places.get_place(registration.municipality_code).label
    for _ in range(_TRIES):
        claims = Claims(
            issuer=get_settings().base_url.rstrip("/"),
            number=ids.new_receipt(),
            issued_at=now,
            expires_at=clock.closes_after(
                clock.today() + timedelta(days=get_settings().certificate_days)
            ),
            place=registration.municipality_code,
            place_name=place_name,
            tier=registration.tier,
            name=name,
            position=secrets.randbelow(status_list.POSITIONS),
            secret=ids.random_bytes(_SECRET_BYTES),
        )
        if await db.fetch_one(
            _INSERT,
            ids.new_random_id(),
            claims.number,
            registration.id,
            claims.tier,
            claims.position,
            claims.secret,
            tokens.sign_certificate(claims, key),
            sd_jwt.sign(claims, key),
            claims.issued_at,
            claims.expires_at,
        ):
            return claims.number
    raise SigningUnavailableError(_RETRY_AFTER)


async def revoke(account_id: uuid.UUID, registration_id: uuid.UUID, number: str) -> None:
    """Revoke the certificate of this number; does nothing if it is not in force any more.

    Raises NotFoundError for a registration of another person.
    """
    async with db.unit_of_work():
        await registrations.get_registration(account_id, registration_id, or_withdrawn=True)
        revoked = await db.fetch_one(
            """UPDATE relations_certificate SET revoked_at = $3, token = '', sd_jwt = ''
            WHERE registration_id = $1 AND number = $2 AND revoked_at IS NULL RETURNING id""",
            registration_id,
            number,
            clock.now(),
        )
        if revoked:
            await _record_revocation(account_id, registration_id)


async def revoke_all(account_id: uuid.UUID, registration_id: uuid.UUID) -> None:
    """Revoke what a registration that ends has in force."""
    async with db.unit_of_work():
        if await db.fetch_one(_REVOKE, registration_id, clock.now()):
            await _record_revocation(account_id, registration_id)


async def _record_revocation(account_id: uuid.UUID, registration_id: uuid.UUID) -> None:
    await audit.record(
        "relations.certificate.revoked",
        actor_id=account_id,
        subject=("registration", registration_id),
    )


async def publish_status_list() -> None:
    """Sign and store the status list of now; does nothing before the first certificate.

    The list is derived, so it has no audit entry. Raises SigningKeyError.
    """
    if not await public_keys.list_keys():
        return
    key = await public_keys.own_key()
    now = clock.now().replace(microsecond=0)
    statuses = [each async for each in queries.list_statuses(now)]
    token = await asyncio.to_thread(_signed_list, statuses, now, key)
    # An older list never replaces a newer one: two workers may publish at once.
    await db.execute(
        """INSERT INTO relations_status_list AS l (id, token, issued_at) VALUES (1, $1, $2)
        ON CONFLICT (id) DO UPDATE SET token = EXCLUDED.token, issued_at = EXCLUDED.issued_at
        WHERE l.issued_at < EXCLUDED.issued_at""",
        token,
        now,
    )


def _signed_list(statuses: list[tuple[int, bytes, bool]], now: datetime, key: SigningKey) -> str:
    seconds = int(now.astimezone(UTC).timestamp())
    bits = status_list.write(statuses, seconds, ids.random_bytes(status_list.BYTES))
    issuer = get_settings().base_url.rstrip("/")
    return tokens.sign_status_list(StatusList(issuer, now, bytes(bits)), key)


async def prune() -> None:
    """Remove certificates that expired a month ago: their positions are free again."""
    await db.execute(
        "DELETE FROM relations_certificate WHERE expires_at < $1",
        clock.now() - _KEPT_AFTER_EXPIRY,
    )
