"""What an applicant is to the place of a programme, asked once, when they apply.

Registrations belong to `relations`, which lies beside this domain, so `enishi.wiring` registers
its reader here (dependency inversion).
"""

import uuid
from collections.abc import Awaitable, Callable

from enishi.kit.facts import Tie

Reader = Callable[[uuid.UUID, str], Awaitable[bool]]

_reader: Reader | None = None


def set_reader(reader: Reader) -> None:
    """`reader` takes an account and the code of a municipality."""
    global _reader  # noqa: PLW0603 (registered by wiring, once for each process)
    _reader = reader


async def find_tie(account_id: uuid.UUID, home_municipality: str, place_code: str) -> Tie:
    if home_municipality and home_municipality == place_code:
        return Tie.RESIDENT
    if place_code and _reader is not None and await _reader(account_id, place_code):
        return Tie.TIED
    return Tie.OUTSIDE if home_municipality and place_code else Tie.UNKNOWN
