"""What the tests of certificates share: a key, certificates and lists made without a database."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from enishi.kit.signing_key import SigningKey
from enishi.relations.certificates import status_list, tokens
from enishi.relations.certificates.schemas import Claims, StatusList

KEY, OTHER = SigningKey(b"\x07" * 32), SigningKey(b"o" * 32)
KEYS = {KEY.id: KEY.public}
ISSUED = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
LISTED = ISSUED + timedelta(days=30)
ISSUER = "https://enishi.example.jp"


def claims(**changes: object) -> Claims:
    known = {
        "issuer": ISSUER,
        "number": "2345-6789-ABCD-EFGH",
        "issued_at": ISSUED,
        "expires_at": ISSUED + timedelta(days=365),
        "place": "212172",
        "place_name": "岐阜県飛騨市",
        "tier": "basic",
        "position": 4711,
        "secret": b"s" * 16,
    }
    return Claims.model_validate(known | changes)


def token(key: SigningKey = KEY, **changes: object) -> str:
    return tokens.sign_certificate(claims(**changes), key)


def listed(
    revoked: Sequence[Claims] = (),
    standing: Sequence[Claims] = (),
    at: datetime = LISTED,
    noise: bytes = b"\x5a" * status_list.BYTES,
    issuer: str = ISSUER,
) -> StatusList:
    """The list of a moment that knows these certificates."""
    known = [
        (each.position, each.secret, group is revoked)
        for group in (revoked, standing)
        for each in group
    ]
    bits = status_list.write(known, int(at.timestamp()), noise)
    return StatusList(issuer, at, bytes(bits))
