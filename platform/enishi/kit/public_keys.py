"""The registry of public keys: every key that ever signed, none forgotten, published as a key set.

Rows are added and never changed, so what was signed with an earlier key can still be verified.
"""

from collections.abc import Mapping
from typing import Any

from enishi.kit import clock, db, signing_key
from enishi.kit.jws import base64url
from enishi.kit.signing_key import (
    SigningKey,
    SigningKeyMissingError,
    SigningKeyUnknownError,
    key_id,
)

APPEND_ONLY = ("kit_signing_key",)
_RENEW = "`enishi signing renew` makes another one"


async def list_keys() -> dict[str, bytes]:
    """Every public key (32 bytes) by its id, the newest first."""
    # No LIMIT: one row for each renewal by an operator, and a key left out would break signatures.
    rows = await db.fetch(
        "SELECT id, public_key FROM kit_signing_key ORDER BY registered_at DESC, id"
    )
    return {row["id"]: bytes(row["public_key"]) for row in rows}


async def register(public: bytes) -> str:
    """Add a public key (32 bytes) to the registry, once. Returns its id."""
    name = key_id(public)
    await db.execute(
        """INSERT INTO kit_signing_key (id, public_key, registered_at) VALUES ($1, $2, $3)
        ON CONFLICT (id) DO NOTHING""",
        name,
        public,
        clock.now(),
    )
    return name


async def own_key() -> SigningKey:
    """The signing key of this installation; the first call ever makes and registers it.

    Raises SigningKeyMissingError if keys are registered and the file is not there,
    SigningKeyUnknownError for a file whose public key is not registered, and
    SigningKeyUnreadableError. Nothing is signed then.
    """
    file = signing_key.path()
    # The registry first: a key is in its file before it is registered.
    known = await list_keys()
    found = signing_key.read(file)
    if not known:
        if found is None:
            signing_key.store(signing_key.new(), file)
            found = signing_key.read(file)  # that of another process, if it was faster
        if found is not None:
            known = {await register(found.public): found.public}
    if found is None:
        raise SigningKeyMissingError(
            f"{file} is missing: put back the key {next(iter(known), '')}, or {_RENEW}."
        )
    if found.id not in known and found.id not in (known := await list_keys()):  # renewed meanwhile
        raise SigningKeyUnknownError(
            f"{file} is the key {found.id}, which is not registered here: put back the key"
            f" {next(iter(known))}, or {_RENEW}."
        )
    return found


def key_set(keys: Mapping[str, bytes]) -> dict[str, Any]:
    """The keys as a JSON Web Key Set (RFC 7517).

    Without `alg`: the algorithm has two names (EdDSA and, since RFC 9864, Ed25519), and readers
    that know one of them drop keys with the other.
    """
    return {
        "keys": [
            {"kty": "OKP", "crv": "Ed25519", "kid": name, "use": "sig", "x": base64url(public)}
            for name, public in keys.items()
        ]
    }
