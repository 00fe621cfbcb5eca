"""Certificates and status lists as signed tokens, and back."""

from collections.abc import Mapping

from enishi.kit import jws
from enishi.kit.jws import TokenUnreadableError, base64url, from_base64url
from enishi.kit.signing_key import SigningKey
from enishi.relations.certificates import sd_jwt
from enishi.relations.certificates.schemas import Claims, StatusList, instant

CERTIFICATE, STATUS_LIST = "enishi-certificate+jwt", "enishi-status+jwt"

Keys = Mapping[str, bytes]
"""Public keys (32 bytes) by their id."""


def sign_certificate(claims: Claims, key: SigningKey) -> str:
    return jws.sign(claims.document(), CERTIFICATE, key)


def sign_status_list(issued: StatusList, key: SigningKey) -> str:
    document = {
        "iss": issued.issuer,
        "iat": int(issued.issued_at.timestamp()),
        "lst": base64url(issued.bits),
    }
    return jws.sign(document, STATUS_LIST, key)


def read_certificate(token: str, keys: Keys) -> Claims:
    """The claims of a certificate with a right signature. Raises jws.TokenError."""
    document = sd_jwt.read(token, keys) if "~" in token else jws.verify(token, CERTIFICATE, keys)
    try:
        return Claims.of(document)
    except (KeyError, TypeError, ValueError) as error:
        raise TokenUnreadableError from error


def read_status_list(token: str, keys: Keys) -> StatusList:
    """A status list with a right signature. Raises jws.TokenError."""
    document = jws.verify(token, STATUS_LIST, keys)
    try:
        bits = from_base64url(document["lst"])
        return StatusList(str(document["iss"]), instant(document["iat"]), bits)
    except (KeyError, TypeError, ValueError) as error:
        raise TokenUnreadableError from error


def find_in(text: str) -> str:
    """The token in what was pasted or read from a file.

    It stands alone, is broken into lines, or is the fragment of the address that a QR code holds.
    """
    return "".join(text.split()).rpartition("#")[2]
