"""The shared cache computes once for all, and never keeps what was forgotten meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from enishi.kit.cache import SharedCache


def counting(calls: list[int], gate: asyncio.Event | None = None) -> Callable[[], Awaitable[int]]:
    async def compute() -> int:
        calls.append(1)
        number = len(calls)
        if gate is not None:
            await gate.wait()
        return number

    return compute


async def test_a_burst_on_a_missing_key_computes_it_once() -> None:
    cache: SharedCache[int] = SharedCache(seconds=60)
    calls: list[int] = []
    gate = asyncio.Event()
    burst = [asyncio.create_task(cache.get("k", counting(calls, gate))) for _ in range(20)]
    await asyncio.sleep(0)
    gate.set()
    assert await asyncio.gather(*burst) == [1] * 20
    assert await cache.get("k", counting(calls)) == 1
    assert await cache.get("other", counting(calls)) == 2


async def test_a_value_is_computed_anew_once_its_time_is_over() -> None:
    cache: SharedCache[int] = SharedCache(seconds=0)
    calls: list[int] = []
    assert await cache.get("k", counting(calls)) == 1
    assert await cache.get("k", counting(calls)) == 2


async def test_a_value_under_way_when_it_was_forgotten_is_not_kept() -> None:
    cache: SharedCache[int] = SharedCache(seconds=60)
    calls: list[int] = []
    gate = asyncio.Event()
    early = asyncio.create_task(cache.get("k", counting(calls, gate)))
    await asyncio.sleep(0)
    cache.forget("k")
    late = asyncio.create_task(cache.get("k", counting(calls, gate)))
    await asyncio.sleep(0)
    gate.set()
    assert (await early, await late) == (1, 2)
    assert await cache.get("k", counting(calls)) == 2
    cache.forget()
    assert await cache.get("k", counting(calls)) == 3


async def test_a_visitor_who_leaves_does_not_cancel_the_work_others_wait_for() -> None:
    cache: SharedCache[int] = SharedCache(seconds=60)
    calls: list[int] = []
    gate = asyncio.Event()
    leaves = asyncio.create_task(cache.get("k", counting(calls, gate)))
    stays = asyncio.create_task(cache.get("k", counting(calls, gate)))
    await asyncio.sleep(0)
    leaves.cancel()
    gate.set()
    assert await stays == 1
    with pytest.raises(asyncio.CancelledError):
        await leaves


async def test_a_failure_is_told_to_all_and_not_kept() -> None:
    cache: SharedCache[int] = SharedCache(seconds=60)

    async def fail() -> int:
        raise LookupError

    both = await asyncio.gather(cache.get("k", fail), cache.get("k", fail), return_exceptions=True)
    assert [type(each) for each in both] == [LookupError, LookupError]
    assert await cache.get("k", counting([])) == 1


async def test_the_least_used_value_makes_room() -> None:
    cache: SharedCache[int] = SharedCache(seconds=60, size=2)
    calls: list[int] = []
    for key in ("a", "b", "a", "c", "a", "b"):
        await cache.get(key, counting(calls))
    assert len(calls) == 4  # a, b, c, and b again
