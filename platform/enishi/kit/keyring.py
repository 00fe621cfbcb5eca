"""The key ring: named keys, a derived key for each purpose, and rotation.

The key of a purpose is derived from a key of the ring (HKDF-SHA256), so a token of one purpose is
not valid for another. The first key signs and encrypts, all keys verify and decrypt: to rotate, put
a new key in front, and remove the old one when nothing depends on it.
"""

import base64
import hmac
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from enishi.kit import clock, ids
from enishi.settings import Environment, Settings, get_settings

_KEY_BYTES = 32
_NONCE_BYTES = 12
# Public, since it is in the source: for development only, refused in production.
DEVELOPMENT_KEYS = "dev:" + base64.urlsafe_b64encode(b"development-only-not-a-secret-00").decode()


class KeyRingError(Exception):
    """The configured keys cannot be used. The message is one sentence for an operator."""


class BadTokenError(Exception):
    """The token is not of this ring and purpose, or it has expired."""


@dataclass(frozen=True)
class _Key:
    kid: str
    secret: bytes


class KeyRing:
    def __init__(self, keys: str) -> None:
        parsed = [_parse(entry) for entry in keys.split(",") if entry.strip()]
        self._keys = {key.kid: key for key in parsed}
        if not parsed:
            raise KeyRingError("ENISHI_KEYS holds no key: make one with `enishi keys new`.")
        if len(self._keys) < len(parsed):
            raise KeyRingError("ENISHI_KEYS has two keys of the same name.")
        self._first = next(iter(self._keys.values()))
        self._derived: dict[tuple[str, str], bytes] = {}

    @property
    def names(self) -> list[str]:
        """The names of the keys, the one that signs first."""
        return list(self._keys)

    def holds(self, secret: bytes) -> bool:
        return any(hmac.compare_digest(key.secret, secret) for key in self._keys.values())

    def _derive(self, key: _Key, purpose: str) -> bytes:
        found = self._derived.get((key.kid, purpose))
        if found is None:
            hkdf = HKDF(SHA256(), length=_KEY_BYTES, salt=None, info=purpose.encode())
            found = self._derived[key.kid, purpose] = hkdf.derive(key.secret)
        return found

    def _named(self, kid: str) -> _Key:
        try:
            return self._keys[kid]
        except KeyError:
            raise BadTokenError("made with a key that this ring does not have") from None

    def mac(self, purpose: str, data: bytes) -> bytes:
        """HMAC-SHA256 (32 bytes) with the first key, to be stored instead of the plain value."""
        return hmac.digest(self._derive(self._first, purpose), data, "sha256")

    def macs(self, purpose: str, data: bytes) -> list[bytes]:
        """As `mac`, with every key: for lookups of values that were stored before a rotation."""
        return [
            hmac.digest(self._derive(key, purpose), data, "sha256") for key in self._keys.values()
        ]

    def sign(self, purpose: str, payload: dict[str, Any], *, seconds: int) -> str:
        """A URL-safe token with the payload, valid for `seconds` (whole) seconds."""
        expires = int(clock.now().timestamp()) + seconds
        body = _encode(json.dumps([expires, payload], separators=(",", ":")).encode())
        signature = hmac.digest(self._derive(self._first, purpose), body.encode(), "sha256")
        return f"{self._first.kid}.{body}.{_encode(signature)}"

    def verify(self, purpose: str, token: str) -> dict[str, Any]:
        """The payload of a valid token. Raises BadTokenError."""
        return self.verify_with_expiry(purpose, token)[0]

    def verify_with_expiry(self, purpose: str, token: str) -> tuple[dict[str, Any], float]:
        """The payload of a valid token, and until when (a timestamp). Raises BadTokenError."""
        parts = token.split(".")
        if len(parts) != 3 or not token.isascii():
            raise BadTokenError("this is no token")
        kid, body, signature = parts
        expected = hmac.digest(self._derive(self._named(kid), purpose), body.encode(), "sha256")
        # Compared as text: base64 has several spellings of the same bytes.
        if not hmac.compare_digest(_encode(expected), signature):
            raise BadTokenError("the signature does not fit")
        expires, payload = json.loads(_decode(body))
        if clock.now().timestamp() >= expires:
            raise BadTokenError("expired")
        return payload, expires

    def encrypt(self, purpose: str, plain: bytes, *, about: bytes = b"") -> bytes:
        """AES-256-GCM. Returns the key id, 0x00, nonce, ciphertext and tag.

        `about` (such as the id of a row) is authenticated data: decryption needs the same value.
        """
        nonce = ids.random_bytes(_NONCE_BYTES)
        kid = self._first.kid.encode()
        sealed = AESGCM(self._derive(self._first, purpose)).encrypt(
            nonce, plain, kid + b"\0" + about
        )
        return kid + b"\0" + nonce + sealed

    def decrypt(self, purpose: str, sealed: bytes, *, about: bytes = b"") -> bytes:
        """The plain bytes. Raises BadTokenError if they were changed or the key was removed."""
        kid, _, rest = sealed.partition(b"\0")
        key = self._derive(self._named(kid.decode(errors="replace")), purpose)
        try:
            return AESGCM(key).decrypt(
                rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], kid + b"\0" + about
            )
        except (InvalidTag, ValueError) as error:
            raise BadTokenError("the ciphertext does not fit") from error


def new_key(kid: str) -> str:
    """A random key as an entry of ENISHI_KEYS."""
    return f"{kid}:{_encode(ids.random_bytes(_KEY_BYTES))}"


def ring_for(settings: Settings) -> KeyRing:
    """The ring of these settings. Raises KeyRingError for development keys outside development."""
    configured = settings.keys.get_secret_value()
    if settings.environment is Environment.PRODUCTION:
        if not configured:
            raise KeyRingError("ENISHI_KEYS is not set: make a key with `enishi keys new`.")
        if KeyRing(configured).holds(_parse(DEVELOPMENT_KEYS).secret):
            raise KeyRingError("ENISHI_KEYS holds the development key: make your own.")
    return KeyRing(configured or DEVELOPMENT_KEYS)


@cache
def ring() -> KeyRing:
    return ring_for(get_settings())


def _parse(entry: str) -> _Key:
    kid, _, text = entry.strip().partition(":")
    try:
        secret = _decode(text)
    except ValueError:
        secret = b""
    if not (kid.isascii() and kid.isalnum()) or len(secret) != _KEY_BYTES:
        raise KeyRingError(f"ENISHI_KEYS: {kid!r} is not NAME:BASE64URL of 32 bytes.")
    return _Key(kid, secret)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
