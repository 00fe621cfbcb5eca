"""The key of this installation's public signatures (Ed25519): one file beside the data.

It signs what people carry away and check elsewhere, such as certificates. Its public half is in
the registry (kit.public_keys), which forgets none: a signature stays verifiable after the key was
renewed. The private half is in no database and no dump; `enishi backup` writes it as a file of its
own.
"""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from enishi.kit import ids, key_files
from enishi.kit.keyring import KeyRingError
from enishi.settings import get_settings

_BYTES = 32
_NAME = "signing.key"
_ID_LENGTH = 16


class SigningKeyError(KeyRingError):
    """Nothing can be signed. The message is one sentence for an operator."""


class SigningKeyMissingError(SigningKeyError):
    """Signatures were made with a key that is not here."""


class SigningKeyUnknownError(SigningKeyError):
    """The key that is here is not in the registry of public keys."""


class SigningKeyUnreadableError(SigningKeyError):
    """There is a file where the key has to be, but it is no key."""


@dataclass(frozen=True)
class SigningKey:
    """The private key: `seed` is 32 random bytes (RFC 8032)."""

    seed: bytes = field(repr=False)

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self._private.public_key().public_bytes_raw()

    @property
    def id(self) -> str:
        return key_id(self.public)

    def sign(self, message: bytes) -> bytes:
        """The signature, 64 bytes; the same message has the same signature."""
        return self._private.sign(message)


def key_id(public: bytes) -> str:
    """The name of a public key in tokens and key sets: 16 characters of its RFC 7638 thumbprint.

    96 of its 256 bits: short enough for a QR code.
    """
    x = base64.urlsafe_b64encode(public).rstrip(b"=").decode()
    members = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": x}, separators=(",", ":"))
    digest = hashlib.sha256(members.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:_ID_LENGTH]


def path() -> Path:
    """Where the key of this installation lies; all machines of it share the folder."""
    return get_settings().data_dir / _NAME


def path_beside(backup: Path) -> Path:
    """Where `enishi backup` writes the key, and `enishi restore` looks for it."""
    return backup.with_name(f"{backup.name}.{_NAME}")


def new() -> SigningKey:
    return SigningKey(ids.random_bytes(_BYTES))


def read(file: Path) -> SigningKey | None:
    """The key in a file; None if there is none. Raises SigningKeyUnreadableError."""
    try:
        seed = key_files.read(file, _BYTES)
    except ValueError as error:
        raise SigningKeyUnreadableError(
            f"{file} cannot be read as a signing key ({_BYTES} bytes in base64url)."
        ) from error
    return None if seed is None else SigningKey(seed)


def store(key: SigningKey, file: Path) -> None:
    """Write the key to a new file; leaves a file that is there as it is. Raises OSError."""
    key_files.store(key.seed, file)


def replace(key: SigningKey, file: Path) -> None:
    """Put the key in the place of another one, which is kept beside it under its id."""
    before = read(file)
    if before is not None and before.id != key.id:
        file.rename(file.with_name(f"{file.name}.{before.id}"))
    store(key, file)
