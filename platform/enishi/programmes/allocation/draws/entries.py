"""Entries of a draw, and the hash of their list that is published at the deadline.

An entry stands for one party. Its id is a hash of the number of the application and of a salt that
is shown to its applicant only: others who know the number cannot find the line.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from enishi.programmes.allocation.draws.rule import FORMAT

JOINED = "*"
GENERAL = "general"


class Entry(NamedTuple):
    """`id`: 64 hexadecimal digits. `size` in persons, `weight` in tickets, `stratum` is a code."""

    id: str
    size: int
    weight: int
    stratum: str

    @property
    def line(self) -> str:
        """What the hash of the entry covers."""
        return f"{self.id} {self.size} {self.weight} {self.stratum}"


def new_salt() -> str:
    """128 random bits as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def entry_id(receipt: str, salt: str) -> str:
    """The id of the entry of an application, from its number and the salt of its applicant."""
    return _sha256(f"{FORMAT}\nentry\n{receipt}\n{salt}")


def entry_hash(entry: Entry) -> str:
    """64 hexadecimal digits. It stands in the file, so that an altered line can be named."""
    return _sha256(entry.line)


def entries_hash(hashes: Iterable[str]) -> str:
    """The hash of the list, from the hashes of its entries in the order of their ids."""
    return _sha256("".join(f"{each}\n" for each in hashes))


def with_small_strata_joined(entries: Sequence[Entry], below: int) -> list[Entry]:
    """The entries in the order of their ids; strata of fewer than `below` entries are one, `*`.

    A line of a small stratum would tell its reader whose it is. If even the joined one is small,
    the next smallest strata join it, until it is not or there is no other.
    """
    counts = Counter(entry.stratum for entry in entries)
    joined: set[str] = set()
    for code, count in sorted(counts.items(), key=lambda each: (each[1], each[0])):
        if count >= below and not 0 < sum(counts[each] for each in joined) < below:
            break
        joined.add(code)
    return sorted(
        entry._replace(stratum=JOINED) if entry.stratum in joined else entry for entry in entries
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
