"""What being signed in costs a request: the same route with and without a session."""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from tests.bench.model import BenchRow
from tests.fixtures.accounts import begin_session, make_account

from enishi.accounts import access, sessions
from enishi.accounts.access import ANYONE, PUBLIC, SIGNED_IN
from enishi.cli.migrate import run_pending
from enishi.kit import db
from enishi.servers.binaries import find_postgres
from enishi.servers.postgres import Postgres

_ROUNDS = 40


def rows(*, full: bool) -> Iterator[BenchRow]:
    """In one process and without a network: differences of microseconds drown in wrk's noise."""
    with tempfile.TemporaryDirectory(prefix="enishi-bench-") as name:
        folder = Path(name)
        postgres = Postgres(
            find_postgres(), folder / "postgres", folder / "run", folder / "postgres.log"
        )
        with postgres.running() as url:
            # Before anything of the platform is imported: it reads its settings once.
            os.environ |= {"ENISHI_DATABASE_URL": url, "ENISHI_ENVIRONMENT": "test"}
            yield from asyncio.run(_rows(calls=1000 if full else 300))


async def _rows(calls: int) -> list[BenchRow]:

    await run_pending()
    await db.open_pool()
    app = _application()
    account_id = await make_account()
    session_id = await begin_session(account_id)
    cookie = f"{sessions.cookie_name()}={sessions.token_for(session_id, account_id)}".encode()
    ways: dict[str, Callable[[], Awaitable[None]]] = {
        "public": lambda: _call(app, "/public", cookie),
        "visitor": lambda: _call(app, "/anyone", b""),
        "signed in": lambda: _call(app, "/signed-in", cookie),
    }
    async with sessions.watching():
        await asyncio.sleep(0.2)
        kept = await _interleaved(ways, calls)
    # Nobody watches now: soon nothing remembered is believed, and each request reads the session.
    await asyncio.sleep(sessions.STALE_SECONDS + 0.5)
    read = await _interleaved(ways, calls // 10)
    await db.close_pool()
    return [
        _row("signed in, remembered: extra cost of a request", kept, "signed in"),
        _row("nobody signed in: extra cost of a request that asks", kept, "visitor"),
        _row("signed in, not remembered: extra cost of a request", read, "signed in"),
    ]


def _application() -> Any:
    from litestar import Litestar, get

    @get("/public", access=PUBLIC)
    async def public() -> str:
        return "ok"

    @get("/anyone", access=ANYONE)
    async def anyone() -> str:
        return "ok"

    @get("/signed-in", access=SIGNED_IN)
    async def signed_in() -> str:
        return "ok"

    return Litestar([public, anyone, signed_in], guards=[access.enforce], openapi_config=None)


async def _interleaved(
    ways: dict[str, Callable[[], Awaitable[None]]], calls: int
) -> dict[str, float]:
    """Microseconds of this process's own time a call: the median of interleaved rounds."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(_ROUNDS):
        for name, call in ways.items():
            await asyncio.sleep(0.02)  # nothing here waits, and the watcher must have its turn
            started = time.process_time()
            for _ in range(calls):
                await call()
            taken[name].append((time.process_time() - started) / calls * 1e6)
    return {name: statistics.median(each) for name, each in taken.items()}


async def _call(app: Any, path: str, cookie: bytes) -> None:
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"cookie", cookie)] if cookie else [],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
        "extensions": {},
    }
    status = 0

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)

    await app(scope, receive, send)
    if status != 200:
        raise SystemExit(f"{path} answered {status}")


def _row(name: str, times: dict[str, float], way: str) -> BenchRow:
    value, bare = times[way], times["public"]
    return BenchRow(
        name,
        value - bare,
        "µs",
        yardstick="the same route, public, in the same run",
        ratio=value / bare,
        note=f"{value:.0f} µs against {bare:.0f} µs",
    )
