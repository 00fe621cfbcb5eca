"""Whether an account has an open registration with the place of a consultation.

Asked once, when somebody joins: the participant keeps the answer. Registrations belong to
`relations`, which lies beside this domain, so `enishi.wiring` registers its reader here
(dependency inversion).
"""

import uuid
from collections.abc import Awaitable, Callable

from enishi.kit import db

Reader = Callable[[uuid.UUID, str], Awaitable[bool]]

_reader: Reader | None = None


def set_reader(reader: Reader) -> None:
    """`reader` takes an account and the code of a municipality."""
    global _reader  # noqa: PLW0603 (registered by wiring, once for each process)
    _reader = reader


async def is_tied(account_id: uuid.UUID, consultation_id: uuid.UUID) -> bool:
    """Whether the account is registered with the consultation's place; False without a place."""
    place_code = await db.fetch_value(
        "SELECT place_code FROM consultations_consultation WHERE id = $1", consultation_id
    )
    if not place_code or _reader is None:
        return False
    return await _reader(account_id, place_code)
