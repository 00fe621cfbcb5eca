"""Receipt numbers of opinions: shown to the author at the end of the form, stored as a hash.

A number is too random to be guessed (see `kit.ids.new_receipt`), so a SHA-256 without a key is
safe, and no key rotation can invalidate it.

An answer can be lost on the way. So that the same form, sent again, shows the number, it stands
encrypted in the outcome of the form's idempotency key, for as long as that is kept.
"""

import base64
import hashlib
import uuid

from enishi.kit import ids, keyring

_PURPOSE = "consultations.receipt"


def new() -> tuple[str, bytes]:
    """A new number and its hash."""
    number = ids.new_receipt()
    return number, hashlib.sha256(number.encode()).digest()


def hash_of(typed: str) -> bytes | None:
    """The hash of a typed number; None if the text is no receipt number."""
    number = ids.read_receipt(typed)
    return hashlib.sha256(number.encode()).digest() if number else None


def seal(number: str, sender_id: uuid.UUID) -> str:
    """The number encrypted for the outcome of a form that `sender_id` sent."""
    sealed = keyring.ring().encrypt(_PURPOSE, number.encode(), about=sender_id.bytes)
    return base64.b64encode(sealed).decode()


def unseal(sealed: str, sender_id: uuid.UUID) -> str:
    """The number; empty if there is none, or if its key was removed from the key ring."""
    try:
        plain = keyring.ring().decrypt(_PURPOSE, base64.b64decode(sealed), about=sender_id.bytes)
    except keyring.BadTokenError:
        return ""
    return plain.decode()
