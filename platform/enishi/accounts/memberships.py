"""The organisations that an account acts for.

The domain `organisations` owns memberships and lies above accounts, so `enishi.wiring` registers
its reader here (dependency inversion).
"""

import uuid
from collections.abc import Awaitable, Callable

from enishi.accounts.schemas import MembershipRef

Reader = Callable[[uuid.UUID], Awaitable[tuple[MembershipRef, ...]]]

_reader: Reader | None = None


def set_reader(reader: Reader) -> None:
    global _reader  # noqa: PLW0603 (registered by wiring, once for each process)
    _reader = reader


async def list_of(account_id: uuid.UUID) -> tuple[MembershipRef, ...]:
    """The account's roles. Raises RuntimeError where `enishi.wiring` registered nothing."""
    if _reader is None:
        raise RuntimeError("no reader of memberships was registered")
    return await _reader(account_id)
