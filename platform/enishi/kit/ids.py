"""Identifiers: UUIDv7 inside, random and unguessable where the public sees them."""

import re
import secrets
import unicodedata
import uuid

from uuid_utils import uuid7 as fast_uuid7
from uuid_utils.compat import uuid7

# Crockford's base 32: of characters that look alike only one is used, so misread ones are known.
_RECEIPT_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_SEPARATORS = re.compile(r"[\W_ー]")  # spaces, dots, and the dashes of Japanese keyboards
_GROUP = 4
_GROUPS = 4

SLUG_PATTERN = r"^[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?$"


def new_id() -> uuid.UUID:
    """A UUIDv7: sorts by time of creation, so indexes stay dense. Not for public ids of people."""
    return uuid7()


def new_random_id() -> uuid.UUID:
    """A UUIDv4, for rows of people that the public sees by id: it does not tell the instant."""
    return uuid.uuid4()


def new_request_id() -> str:
    """32 hexadecimal digits that sort by time: the id of a request in the logs."""
    return fast_uuid7().hex


def new_public_id() -> str:
    """128 random bits for an address that must not be guessed."""
    return secrets.token_urlsafe(16)


def new_receipt() -> str:
    """A receipt number that can be read aloud: 4 groups of 4 characters, 80 random bits."""
    letters = [secrets.choice(_RECEIPT_ALPHABET) for _ in range(_GROUP * _GROUPS)]
    return "-".join("".join(letters[i : i + _GROUP]) for i in range(0, len(letters), _GROUP))


def read_receipt(typed: str) -> str | None:
    """The receipt number in a text, or None; ignores case, width, spaces and dashes."""
    letters = _SEPARATORS.sub("", unicodedata.normalize("NFKC", typed)).upper().translate(_MISREAD)
    if len(letters) != _GROUP * _GROUPS or any(c not in _RECEIPT_ALPHABET for c in letters):
        return None
    return "-".join(letters[i : i + _GROUP] for i in range(0, len(letters), _GROUP))


def random_bytes(count: int) -> bytes:
    return secrets.token_bytes(count)
