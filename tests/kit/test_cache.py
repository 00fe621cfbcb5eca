"""The shared cache computes once for all, and never keeps what was forgotten meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace

import pytest

from enishi.kit import cache as cache_module
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
    cache.invalidate("k")
    late = asyncio.create_task(cache.get("k", counting(calls, gate)))
    await asyncio.sleep(0)
    gate.set()
    assert (await early, await late) == (1, 2)
    assert await cache.get("k", counting(calls)) == 2
    cache.invalidate()
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


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 0.0
        monkeypatch.setattr(cache_module, "time", SimpleNamespace(monotonic=lambda: self.seconds))


async def until_done() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_is_asked_for_often_never_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    cache: SharedCache[int] = SharedCache(seconds=2)
    calls: list[int] = []
    assert cache.peek("k", counting(calls)) is None
    assert await cache.get("k", counting(calls)) == 1
    seen = []
    for tenth in range(1, 61):  # six seconds
        clock.seconds = tenth / 10
        seen.append(cache.peek("k", counting(calls)))
        await until_done()
    assert None not in seen
    assert len(calls) == seen[-1] == 6


async def test_a_renewal_is_under_way_once_and_no_older_than_what_it_replaces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock(monkeypatch)
    cache: SharedCache[int] = SharedCache(seconds=2)
    calls: list[int] = []
    gate = asyncio.Event()
    await cache.get("k", counting(calls))
    clock.seconds = 1.5
    for _ in range(10):
        assert cache.peek("k", counting(calls, gate)) == 1
        await until_done()
    assert len(calls) == 2
    cache.invalidate("k")  # changed meanwhile: what is under way may be older
    gate.set()
    await until_done()
    assert cache.peek("k") is None


async def test_a_renewal_that_fails_leaves_what_is_still_fresh(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock(monkeypatch)
    cache: SharedCache[int] = SharedCache(seconds=2)
    calls: list[int] = []

    async def fail() -> int:
        raise ConnectionError

    await cache.get("k", counting(calls))
    clock.seconds = 1.5
    assert cache.peek("k", fail) == 1
    await until_done()
    assert cache.peek("k") == 1
    clock.seconds = 2
    assert cache.peek("k", fail) is None
    assert await cache.get("k", counting(calls)) == 2
    assert not caplog.records
