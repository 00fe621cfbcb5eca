"""Receipt numbers: known to whoever handed something in, kept here only as a hash.

A number has 80 random bits, so SHA-256 needs no key to keep it from being guessed, and the
rotation of keys cannot lose it.
"""

import hashlib

from enishi.kit import ids


def new() -> tuple[str, bytes]:
    """A new number and what is kept of it."""
    number = ids.new_receipt()
    return number, hashlib.sha256(number.encode()).digest()


def hash_of(typed: str) -> bytes | None:
    """What is kept of the number somebody typed; None if it cannot be one."""
    number = ids.read_receipt(typed)
    return hashlib.sha256(number.encode()).digest() if number else None
