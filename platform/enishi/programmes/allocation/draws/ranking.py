"""From a seed to ranks, and from ranks to places.

An entry of weight w has w tickets, and its best one counts: it comes first with a chance of
w to the sum of all weights. Parties get all their places or none. In the order of the ranks, the
seats that are reserved for a stratum go to its entries first, then all others to everybody; a party
that does not fit into what is left is passed over.

So there is no justified envy among parties no larger: a party without places ranks behind every
party of its stratum with places that is at least as large.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence

from enishi.programmes.allocation.draws.entries import JOINED, Entry

_BLOCK = 64  # bytes of a block of SHA-256


def ranked(entries: Sequence[Entry], seed: str) -> list[Entry]:
    """The entries, best first. Equal tickets (which nobody will see) go by id."""
    ticket = _hmac_sha256(bytes.fromhex(seed))
    best: list[tuple[bytes, Entry]] = []
    for entry in entries:
        name = entry.id.encode()
        first = ticket(name + b":0")
        for number in range(1, entry.weight):
            first = min(first, ticket(b"%b:%d" % (name, number)))
        best.append((first, entry))
    best.sort()
    return [entry for _, entry in best]


def _hmac_sha256(key: bytes) -> Callable[[bytes], bytes]:
    """HMAC-SHA-256 (RFC 2104) of messages under one key of at most 64 bytes.

    A third of the time of `hmac.digest`, which hashes the padded key anew for each message.
    """
    padded = key.ljust(_BLOCK, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded)).copy
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded)).copy

    def digest(message: bytes) -> bytes:
        within, around = inner(), outer()
        within.update(message)
        around.update(within.digest())
        return around.digest()

    return digest


def placed(order: Sequence[Entry], capacity: int, reserved: Mapping[str, int]) -> set[str]:
    """The ids of the entries that get places. `order` is that of their ranks.

    Seats of a stratum without entries of its own go to the joined strata.
    """
    left = _seats_of_strata(order, reserved)
    chosen: set[str] = set()
    free = capacity
    for entry in order:
        if entry.size <= left.get(entry.stratum, 0):
            left[entry.stratum] -= entry.size
            free -= entry.size
            chosen.add(entry.id)
    for entry in order:
        if not free:
            break
        if entry.size <= free and entry.id not in chosen:
            free -= entry.size
            chosen.add(entry.id)
    return chosen


def _seats_of_strata(order: Sequence[Entry], reserved: Mapping[str, int]) -> dict[str, int]:
    present = {entry.stratum for entry in order}
    seats: dict[str, int] = {}
    for code, number in reserved.items():
        stratum = code if code in present else JOINED
        seats[stratum] = seats.get(stratum, 0) + number
    return seats
