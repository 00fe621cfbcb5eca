"""The seed of a draw: from two numbers that officials commit to before the deadline.

Neither official knows the number of the other before both have committed, and neither can change
theirs afterwards: one honest official is enough for a seed that nobody could choose. A number that
is not revealed is replaced by one that everybody can compute, so that silence stops no draw.
"""

import hashlib
import secrets
from collections.abc import Sequence

from enishi.programmes.allocation.draws.rule import FORMAT


def new_number() -> str:
    """128 random bits as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def commitment(draw: str, place: int, number: str) -> str:
    """What an official publishes before the deadline.

    `place` (1 or 2) and the draw are part of it: a commitment copied from the other official, or
    from another draw, can never be revealed.
    """
    return _sha256("commitment", draw, str(place), number)


def replacement(draw: str, place: int, entries_hash: str) -> str:
    """The number that counts for an official who revealed none."""
    return _sha256("missing", draw, str(place), entries_hash)


def seed_of(draw: str, rule_hash: str, entries_hash: str, numbers: Sequence[str | None]) -> str:
    """The seed, 64 hexadecimal digits. `numbers` are those of the officials, in their order."""
    counted = [
        number if number is not None else replacement(draw, place, entries_hash)
        for place, number in enumerate(numbers, start=1)
    ]
    return _sha256("seed", rule_hash, entries_hash, *counted)


def _sha256(*parts: str) -> str:
    return hashlib.sha256("\n".join((FORMAT, *parts)).encode()).hexdigest()
