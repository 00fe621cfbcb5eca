"""Signed tokens for other programs to verify: compact JWS (RFC 7515) with Ed25519 (RFC 8037).

Claims are JSON in UTF-8. The algorithm is fixed and never taken from a token: both names that
Ed25519 has in the registry of algorithms are accepted, no other. Each kind of token has a `typ` of
its own (RFC 8725, 3.11), so that one kind cannot be shown as another.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from enishi.kit.signing_key import SigningKey

ALGORITHMS = frozenset({"EdDSA", "Ed25519"})
_WRITTEN = "EdDSA"  # the older name, which every library of today reads
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)


class TokenError(ValueError):
    """The token cannot be relied on."""


class TokenUnreadableError(TokenError):
    """It is no token of the kind that is asked for."""


class KeyUnknownError(TokenError):
    """It names a key that is not among those given."""


class SignatureWrongError(TokenError):
    """Its signature is not that of the key which it names."""


def sign(claims: Mapping[str, Any], typ: str, key: SigningKey) -> str:
    """The signed token: three parts in base64url, joined by dots; ASCII only."""
    header = {"alg": _WRITTEN, "kid": key.id, "typ": typ}
    signed = f"{_encoded(header)}.{_encoded(claims)}"
    return f"{signed}.{base64url(key.sign(signed.encode()))}"


def verify(token: str, typ: str, keys: Mapping[str, bytes]) -> dict[str, Any]:
    """The claims of a token that one of these public keys (32 bytes, by id) signed.

    Raises TokenUnreadableError, KeyUnknownError and SignatureWrongError. Times in the claims
    are not looked at.
    """
    if not _TOKEN.fullmatch(token):
        raise TokenUnreadableError
    header, _, signature = token.split(".")
    named = _decoded(header)
    if named.get("alg") not in ALGORITHMS or named.get("typ") != typ or "crit" in named:
        raise TokenUnreadableError
    public = keys.get(str(named.get("kid")))
    if public is None:
        raise KeyUnknownError
    signed = token.rpartition(".")[0].encode()
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(from_base64url(signature), signed)
    except InvalidSignature as error:
        raise SignatureWrongError from error
    return _decoded(token.split(".")[1])


def base64url(data: bytes) -> str:
    """Base64url without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """The bytes of base64url without padding. Raises TokenUnreadableError."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise TokenUnreadableError from error


def _encoded(document: Mapping[str, Any]) -> str:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return base64url(text.encode())


def _decoded(part: str) -> dict[str, Any]:
    try:
        found = json.loads(from_base64url(part))
    except (ValueError, RecursionError) as error:
        raise TokenUnreadableError from error
    if not isinstance(found, dict):
        raise TokenUnreadableError
    return found
