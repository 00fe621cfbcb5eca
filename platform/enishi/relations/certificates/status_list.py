"""The status list: one bit for each certificate at a random position, and noise everywhere else.

A list has POSITIONS bits whatever number of certificates there is. The bit of a certificate is
masked with a bit that only its own token can compute, anew for each list; positions of no
certificate hold random bits. So a list, and the difference of two lists, look like random bits to
all who hold no token: neither tells how many certificates exist, or were issued or revoked. Who
holds a token reads the one bit of that token.
"""

import hashlib
from collections.abc import Iterable

POSITIONS = 1 << 20
BYTES = POSITIONS // 8
SETTLED_SECONDS = 300
"""A list judges certificates that are at least this much older than itself. Younger ones may have
been committed after it was read, or by a machine whose clock is ahead: their bit may be noise."""


def write(
    certificates: Iterable[tuple[int, bytes, bool]], issued_at: int, noise: bytes
) -> bytearray:
    """The bits of (position, secret, is revoked) certificates, written over `noise`.

    `issued_at` is in seconds since 1970, `noise` has BYTES random bytes. Position i is bit i % 8
    (the lowest first) of byte i // 8.
    """
    bits = bytearray(noise)
    for position, secret, is_revoked in certificates:
        byte, place = position >> 3, 1 << (position & 7)
        if mask(secret, issued_at) ^ is_revoked:
            bits[byte] |= place
        else:
            bits[byte] &= ~place
    return bits


def is_revoked(bits: bytes, position: int, secret: bytes, issued_at: int) -> bool:
    """Whether the list of that moment revokes the certificate. Raises IndexError."""
    bit = bits[position >> 3] >> (position & 7) & 1
    return bool(bit ^ mask(secret, issued_at))


def mask(secret: bytes, issued_at: int) -> int:
    """0 or 1: the lowest bit of the first byte of SHA-256(secret, issued_at in decimal)."""
    return hashlib.sha256(secret + str(issued_at).encode()).digest()[0] & 1
