"""Receipt numbers of opinions: shown once to the author, stored as a hash.

A number is too random to be guessed (see `kit.ids.new_receipt`), so a SHA-256 without a key is
safe, and no key rotation can invalidate it.
"""

import hashlib

from enishi.kit import ids


def new() -> tuple[str, bytes]:
    """A new number and its hash."""
    number = ids.new_receipt()
    return number, hashlib.sha256(number.encode()).digest()


def hash_of(typed: str) -> bytes | None:
    """The hash of a typed number; None if the text is no receipt number."""
    number = ids.read_receipt(typed)
    return hashlib.sha256(number.encode()).digest() if number else None
