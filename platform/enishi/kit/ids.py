"""Identifiers: UUIDv7 inside, random and unguessable where the public sees them."""

import re
import secrets
import unicodedata
import uuid

from uuid_utils import uuid7 as fast_uuid7
from uuid_utils.compat import uuid7

# Crockford's base 32: of the characters that look alike only one is ever given out, so whoever
# reads the others off paper can be understood.
_RECEIPT_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_BETWEEN = re.compile(r"[\W_ー]")  # spaces, dots and all that Japanese keyboards give for a dash
_GROUP = 4
_GROUPS = 4

SLUG_PATTERN = r"^[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?$"


def new_id() -> uuid.UUID:
    """A UUIDv7: sorts by time of creation, so indexes stay dense. Never shown for people."""
    return uuid7()


def new_request_id() -> str:
    """32 hexadecimal digits that sort by time: a name in the logs, for each request."""
    return fast_uuid7().hex


def new_public_id() -> str:
    """128 random bits for an address that only its holder may know."""
    return secrets.token_urlsafe(16)


def new_receipt() -> str:
    """A receipt number that people can read out: 16 characters of 32, so 80 random bits."""
    letters = [secrets.choice(_RECEIPT_ALPHABET) for _ in range(_GROUP * _GROUPS)]
    return "-".join("".join(letters[i : i + _GROUP]) for i in range(0, len(letters), _GROUP))


def read_receipt(typed: str) -> str | None:
    """The receipt number somebody meant, or None: forgives case, width, spaces and dashes."""
    letters = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed)).upper().translate(_MISREAD)
    if len(letters) != _GROUP * _GROUPS or any(c not in _RECEIPT_ALPHABET for c in letters):
        return None
    return "-".join(letters[i : i + _GROUP] for i in range(0, len(letters), _GROUP))


def random_bytes(count: int) -> bytes:
    return secrets.token_bytes(count)
