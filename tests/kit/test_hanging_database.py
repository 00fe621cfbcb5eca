"""A database that hangs: statements are given up in time, and their connections are cut."""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import asyncpg
import pytest
from tests.fixtures.hanging import Wire, wired
from tests.jobs.workroom import eventually

from enishi.kit import connections, db
from enishi.kit.connections import Limits, long_statements
from enishi.kit.outages import is_connection_fault

LIMITS = Limits(acquire=0.3, command=0.7)
IN_TIME = 5.0  # seconds; without limits it would be for ever


@pytest.fixture
async def wire(own_database: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wire]:
    """The pool of this process over a wire that may hang, with limits as of a web process."""
    async with wired(os.environ["ENISHI_DATABASE_URL"]) as (wire, dsn):
        monkeypatch.setitem(db.DB.config, "dsn", dsn)
        await db.close_pool()
        await db.open_pool(LIMITS)
        yield wire
        wire.resume()
        await db.close_pool()
    monkeypatch.undo()
    await db.open_pool()


async def fetch() -> None:
    await db.fetch("SELECT 1")


async def write() -> None:
    async with db.unit_of_work():
        await db.fetch("SELECT 1")


async def write_inside() -> None:
    async with db.unit_of_work(), db.unit_of_work():
        await db.fetch("SELECT 1")


Act = Callable[[], Awaitable[None]]


@asynccontextmanager
async def in_time() -> AsyncIterator[None]:
    began = time.monotonic()
    async with asyncio.timeout(10 * IN_TIME):
        yield
    assert time.monotonic() - began < IN_TIME


@pytest.mark.parametrize("act", [fetch, write, write_inside])
async def test_a_statement_that_is_not_answered_is_given_up(wire: Wire, act: Act) -> None:
    await act()
    wire.hang()
    for _ in range(3):  # with a connection that was open, and without one
        async with in_time():
            with pytest.raises(TimeoutError) as caught:
                await act()
        assert is_connection_fault(caught.value)
        assert not db.in_unit_of_work()
    wire.resume()
    await act()


async def test_a_unit_of_work_that_loses_its_connection_in_the_middle_ends_in_time(
    wire: Wire,
) -> None:
    async def lose_it() -> None:
        async with db.unit_of_work():
            await db.fetch("SELECT 1")
            wire.hang()
            await db.fetch("SELECT 1")

    async with in_time():
        with pytest.raises(TimeoutError):
            await lose_it()
    wire.resume()
    await write()


async def test_nothing_is_kept_of_work_whose_inner_part_was_given_up(wire: Wire) -> None:
    """A caller that goes on after a timeout must not commit the half that was done."""
    with pytest.raises(asyncpg.InterfaceError):
        async with db.unit_of_work():
            await db.fetch("DELETE FROM kit_heartbeat")
            with suppress(TimeoutError):
                async with db.unit_of_work():
                    await db.fetch("SELECT pg_sleep(60)")
            await db.fetch("SELECT 1")


async def _all_answer() -> bool:
    """Of more requests than connections; on a busy machine new connections may miss the limit."""
    ends = await asyncio.gather(*(fetch() for _ in range(40)), return_exceptions=True)
    return not any(ends)


async def test_more_requests_than_connections_end_in_time_and_lose_none(wire: Wire) -> None:
    pool = db.DB.pool
    assert pool is not None
    await eventually(_all_answer)
    wire.hang()
    async with in_time():
        ends = await asyncio.gather(*(fetch() for _ in range(40)), return_exceptions=True)
    assert {type(end) for end in ends} == {TimeoutError}
    wire.resume()
    await eventually(_all_answer)
    assert pool.get_size() == pool.get_idle_size()


async def test_the_end_of_a_cancelled_statement_is_not_waited_for(wire: Wire) -> None:
    await fetch()
    wire.hang()
    asking = asyncio.create_task(fetch())
    await asyncio.sleep(0.1)
    asking.cancel()
    async with in_time():
        with pytest.raises(asyncio.CancelledError):
            await asking


async def test_the_pool_of_a_stopping_process_is_closed_in_time(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "_CLOSE_SECONDS", 0.5)
    await fetch()
    wire.hang()
    async with in_time():
        await db.close_pool()
    await db.open_pool(LIMITS)


async def test_a_process_with_limits_starts_without_its_database(wire: Wire) -> None:
    await db.close_pool()
    wire.hang()
    async with in_time():
        await db.open_pool(LIMITS)
        with pytest.raises(TimeoutError):
            await fetch()


async def test_only_a_statement_that_may_take_longer_does(wire: Wire) -> None:
    with pytest.raises(TimeoutError):
        await db.fetch("SELECT pg_sleep(1)")
    with long_statements():
        await db.fetch("SELECT pg_sleep(1)")


async def test_a_statement_that_was_given_up_is_ended_by_the_server(wire: Wire) -> None:
    with pytest.raises(TimeoutError):
        await db.fetch("SELECT pg_sleep(3600)")

    async def ended() -> bool:
        running = "SELECT 1 FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(3600)'"
        return await db.fetch(running) == []

    await eventually(ended)


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="an option of Linux")
async def test_a_host_that_is_gone_is_noticed_by_the_kernel(wire: Wire) -> None:
    connection = await asyncpg.connect(**db.DB.config)
    try:
        connected = connection._transport.get_extra_info("socket")
        assert connected.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) <= 20_000
        idle = connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
        probes = connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT)
        interval = connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL)
        assert idle + probes * interval <= 20
    finally:
        await connection.close()


def test_a_web_process_waits_about_five_seconds() -> None:
    assert connections.WEB.acquire is not None
    assert connections.WEB.command is not None
    assert connections.WEB.acquire + connections.WEB.command <= 6
