"""The check of a certificate: arrays and texts in, a verdict out; no database and no network."""

from datetime import datetime, timedelta

from enishi.kit import jws
from enishi.relations.certificates import status_list, tokens
from enishi.relations.certificates.kinds import Verdict
from enishi.relations.certificates.schemas import Checked, Claims, StatusList
from enishi.relations.certificates.tokens import Keys

STATUS_DAYS = 7
"""A status list that is older says nothing about today."""
_CLOCKS_DIFFER = timedelta(minutes=5)


def verify(
    text: str,
    keys: Keys,
    listed: StatusList | None,
    now: datetime,
    max_age: timedelta = timedelta(days=STATUS_DAYS),
) -> Checked:
    """Check a certificate with the published keys and the status list, at the instant `now`.

    Without a list that is at most `max_age` old the verdict is UNCHECKED, never VALID.
    """
    try:
        claims = tokens.read_certificate(tokens.find_in(text), keys)
    except jws.KeyUnknownError:
        return Checked(Verdict.UNKNOWN_KEY)
    except jws.SignatureWrongError:
        return Checked(Verdict.FORGED)
    except jws.TokenError:
        return Checked(Verdict.UNREADABLE)
    status_at = listed.issued_at if listed else None
    return Checked(_judge(claims, listed, now, max_age), claims, status_at)


def _judge(claims: Claims, listed: StatusList | None, now: datetime, max_age: timedelta) -> Verdict:
    if claims.issued_at > now + _CLOCKS_DIFFER:
        return Verdict.NOT_YET_VALID
    if claims.expires_at <= now:
        return Verdict.EXPIRED
    if listed is None or not _counts(listed, claims, now, max_age):
        return Verdict.UNCHECKED
    if claims.issued_at + timedelta(seconds=status_list.SETTLED_SECONDS) > listed.issued_at:
        return Verdict.VALID  # issued after the list was made, by the same signature
    is_revoked = status_list.is_revoked(
        listed.bits, claims.position, claims.secret, int(listed.issued_at.timestamp())
    )
    return Verdict.REVOKED if is_revoked else Verdict.VALID


def _counts(listed: StatusList, claims: Claims, now: datetime, max_age: timedelta) -> bool:
    """Whether the list is of the certificate's site, new enough, and long enough."""
    return (
        listed.issuer == claims.issuer
        and -_CLOCKS_DIFFER <= now - listed.issued_at <= max_age
        and claims.position < 8 * len(listed.bits)
    )
