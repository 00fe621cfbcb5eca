"""A small cache of shared, public results in each process: one computation at a time a key.

For what every visitor sees alike. What belongs to a person never goes in here.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

V = TypeVar("V")


class SharedCache(Generic[V]):
    """Keeps up to `size` values for `seconds`; a burst on a missing key computes it once.

    Ask outside a unit of work: the computation may outlive the visitor who began it.
    """

    def __init__(self, *, seconds: float, size: int = 256) -> None:
        self._seconds = seconds
        self._size = size
        self._kept: OrderedDict[object, tuple[float, V]] = OrderedDict()
        self._under_way: dict[object, asyncio.Task[V]] = {}

    def peek(self, key: object, renew: Callable[[], Awaitable[V]] | None = None) -> V | None:
        """What is kept and still fresh, or None.

        With `renew` it is computed anew beside that in the second half of its time, so that what
        is asked for often never runs out under those who cannot wait for it.
        """
        kept = self._fresh(key)
        if kept is None:
            return None
        until, value = kept
        if renew and until - time.monotonic() < self._seconds / 2 and key not in self._under_way:
            self._start(key, renew).add_done_callback(_leave_failing_to_who_waits)
        return value

    async def get(self, key: object, compute: Callable[[], Awaitable[V]]) -> V:
        kept = self._fresh(key)
        if kept is not None:
            return kept[1]
        task = self._under_way.get(key)
        if task is None:
            task = self._start(key, compute)
        # One visitor who leaves must not cancel the work that others wait for.
        return await asyncio.shield(task)

    def _start(self, key: object, compute: Callable[[], Awaitable[V]]) -> "asyncio.Task[V]":
        task = asyncio.ensure_future(self._compute(key, compute))
        self._under_way[key] = task
        return task

    def _fresh(self, key: object) -> tuple[float, V] | None:
        kept = self._kept.get(key)
        if kept is None or time.monotonic() >= kept[0]:
            return None
        self._kept.move_to_end(key)
        return kept

    async def _compute(self, key: object, compute: Callable[[], Awaitable[V]]) -> V:
        try:
            value = await compute()
            # Forgotten meanwhile: the value may be older than the change it was forgotten for.
            if self._is_mine(key):
                self._kept[key] = (time.monotonic() + self._seconds, value)
                self._kept.move_to_end(key)
                while len(self._kept) > self._size:
                    self._kept.popitem(last=False)
            return value
        finally:
            if self._is_mine(key):
                del self._under_way[key]

    def _is_mine(self, key: object) -> bool:
        return self._under_way.get(key) is asyncio.current_task()

    def forget(self, key: object = None) -> None:
        """Drop one key, or everything; whoever asks from now on gets a newer value."""
        if key is None:
            self._kept.clear()
            self._under_way.clear()
        else:
            self._kept.pop(key, None)
            self._under_way.pop(key, None)


def _leave_failing_to_who_waits(task: "asyncio.Task[Any]") -> None:
    """A renewal that failed is tried again by whoever needs the value, and fails for them."""
    if not task.cancelled():
        task.exception()
