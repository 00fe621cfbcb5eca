"""An in-process cache of public results, with one computation at a time for each key.

Only for results that are the same for every visitor, never for personal data.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from enishi.kit.lru import LruMap

V = TypeVar("V")


class SharedCache(Generic[V]):
    """Keeps up to `size` values (LRU) for `seconds`; concurrent misses share one computation.

    Call it outside a unit of work: the computation may outlive the request that started it.
    """

    def __init__(self, *, seconds: float, size: int = 256) -> None:
        self._seconds = seconds
        self._values: LruMap[object, tuple[float, V]] = LruMap(size)  # key -> (until, value)
        self._running: dict[object, asyncio.Task[V]] = {}

    def peek(self, key: object, refresh: Callable[[], Awaitable[V]] | None = None) -> V | None:
        """The cached value while it is fresh; None means *not cached*, not *does not exist*.

        With `refresh` (refresh-ahead) a value in the second half of its lifetime is recomputed
        in the background, so that a frequently read key does not expire.
        """
        cached = self._fresh(key)
        if cached is None:
            return None
        until, value = cached
        if refresh and until - time.monotonic() < self._seconds / 2 and key not in self._running:
            self._start(key, refresh).add_done_callback(_ignore_refresh_error)
        return value

    def peek_stale(self, key: object, seconds: float) -> V | None:
        """The cached value, also if it expired less than `seconds` ago."""
        cached = self._values.get(key)
        if cached is None or time.monotonic() >= cached[0] + seconds:
            return None
        return cached[1]

    async def get(self, key: object, compute: Callable[[], Awaitable[V]]) -> V:
        cached = self._fresh(key)
        if cached is not None:
            return cached[1]
        task = self._running.get(key)
        if task is None:
            task = self._start(key, compute)
        # A cancelled request must not cancel the computation that other requests wait for.
        return await asyncio.shield(task)

    def _start(self, key: object, compute: Callable[[], Awaitable[V]]) -> "asyncio.Task[V]":
        task = asyncio.ensure_future(self._compute(key, compute))
        self._running[key] = task
        return task

    def _fresh(self, key: object) -> tuple[float, V] | None:
        cached = self._values.get(key)
        if cached is None or time.monotonic() >= cached[0]:
            return None
        return cached

    async def _compute(self, key: object, compute: Callable[[], Awaitable[V]]) -> V:
        try:
            value = await compute()
            # Invalidated meanwhile: the value may be older than the change that invalidated it.
            if self._is_current_task(key):
                self._values.put(key, (time.monotonic() + self._seconds, value))
            return value
        finally:
            if self._is_current_task(key):
                del self._running[key]

    def _is_current_task(self, key: object) -> bool:
        return self._running.get(key) is asyncio.current_task()

    def invalidate(self, key: object = None) -> None:
        """Drop one key, or all; computations already running are not stored any more."""
        if key is None:
            self._values.clear()
            self._running.clear()
        else:
            self._values.pop(key)
            self._running.pop(key, None)


def _ignore_refresh_error(task: "asyncio.Task[Any]") -> None:
    """Swallow a background refresh error; the next reader recomputes and sees the error."""
    if not task.cancelled():
        task.exception()
