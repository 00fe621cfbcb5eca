"""Reads of certificates and of the status list."""

import uuid
from collections.abc import AsyncIterator
from datetime import datetime

from enishi.kit import clock, db
from enishi.relations.certificates.schemas import CertificateView
from enishi.relations.certificates.status_list import POSITIONS

_SLICE = POSITIONS // 16

# What makes a certificate invalid before its last day: revoked, the registration withdrawn or cut
# from its person, or another tier than the one that was signed.
_CERTIFICATES = """
SELECT c.position, c.secret, c.revoked_at IS NOT NULL OR r.withdrawn_at IS NOT NULL
    OR r.account_id IS NULL OR r.tier <> c.tier AS is_revoked
FROM relations_certificate c
JOIN relations_registration r ON r.id = c.registration_id
WHERE c.position >= $1 AND c.position < $2 AND c.expires_at > $3
"""


async def find_certificate(registration_id: uuid.UUID) -> CertificateView | None:
    """The certificate of an open registration that is in force."""
    row = await db.fetch_one(
        """SELECT c.number, c.tier, c.token, c.sd_jwt, c.issued_at, c.expires_at
        FROM relations_certificate c
        JOIN relations_registration r ON r.id = c.registration_id
        WHERE c.registration_id = $1 AND c.revoked_at IS NULL AND c.expires_at > $2
            AND r.withdrawn_at IS NULL AND r.tier = c.tier""",
        registration_id,
        clock.now(),
    )
    return CertificateView.model_validate(row) if row else None


async def count_certificates(registration_id: uuid.UUID) -> int:
    """Certificates of a registration that have not expired, revoked ones too."""
    number: int = await db.fetch_value(
        "SELECT count(*) FROM relations_certificate WHERE registration_id = $1 AND expires_at > $2",
        registration_id,
        clock.now(),
    )
    return number


async def list_issued(account_id: uuid.UUID) -> list[CertificateView]:
    """The certificates of one person that are in force, for the file of one's data."""
    # No LIMIT: one at most for each open registration, which are limited.
    rows = await db.fetch(
        """SELECT c.number, c.tier, c.token, c.sd_jwt, c.issued_at, c.expires_at
        FROM relations_certificate c
        JOIN relations_registration r ON r.id = c.registration_id
        WHERE r.account_id = $1 AND c.revoked_at IS NULL ORDER BY c.issued_at DESC, c.id""",
        account_id,
    )
    return [CertificateView.model_validate(row) for row in rows]


async def list_statuses(now: datetime) -> AsyncIterator[tuple[int, bytes, bool]]:
    """(position, secret, is revoked) of every certificate that has not expired."""
    for start in range(0, POSITIONS, _SLICE):
        for row in await db.fetch(_CERTIFICATES, start, start + _SLICE, now):
            yield row["position"], bytes(row["secret"]), row["is_revoked"]


async def find_status_list() -> str | None:
    """The newest status list, as a signed token; None before the first one."""
    row = await db.fetch_one("SELECT token FROM relations_status_list WHERE id = 1")
    return str(row["token"]) if row else None
