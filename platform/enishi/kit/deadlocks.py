"""Repeating a unit of work that PostgreSQL ended to resolve a deadlock."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from asyncpg import DeadlockDetectedError

P = ParamSpec("P")
R = TypeVar("R")
_ATTEMPTS = 5


def again_after_deadlock(work: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """Repeat `work`, which is one unit of work, up to four times if a deadlock ended it.

    Its locks are given up by then, so the other transaction goes on. For rare acts that lock many
    rows beside frequent ones. Raises DeadlockDetectedError after the last attempt.
    """

    @wraps(work)
    async def repeated(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(_ATTEMPTS - 1):
            try:
                return await work(*args, **kwargs)
            except DeadlockDetectedError:
                continue
        return await work(*args, **kwargs)

    return repeated
