"""A site's servers, its worker and a mail server, each of which can be killed and started again."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import asyncpg
from tests.jobs import chores
from tests.kit.post_office import PostOffice

from enishi.servers.binaries import find_postgres, find_valkey
from enishi.servers.postgres import Postgres
from enishi.servers.processes import Child
from enishi.servers.valkey import Valkey

ROOT = Path(__file__).parents[2]
PATIENCE = 300.0


class CountingOffice(PostOffice):
    """Notes when each mail arrived, by what names it."""

    def __init__(self) -> None:
        super().__init__()
        self.arrivals: dict[str, list[datetime]] = {}

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        answer = await super().handle_DATA(server, session, envelope)
        message = self.received[-1]
        assert str(message["Message-ID"]).count("@") == 1
        number = str(message["Subject"]).partition(" ")[2]
        self.arrivals.setdefault(number, []).append(datetime.now(UTC))
        return answer


@dataclass
class Stage:
    folder: Path
    env: dict[str, str]
    office: CountingOffice
    postgres: Postgres
    valkey: Valkey
    database: Child
    queue: Child
    worker: asyncio.subprocess.Process
    # From just before something was disturbed until it was up again.
    disturbances: list[tuple[datetime, datetime]] = field(default_factory=list)

    async def restart_valkey(self) -> None:
        self.queue.stop()
        await self._start_valkey()

    async def kill_valkey(self) -> None:
        os.kill(self.queue.pid, signal.SIGKILL)
        self.queue.clean_up()
        await self._start_valkey()

    async def lose_valkey(self) -> None:
        """It comes back with nothing, as without an append-only file."""
        os.kill(self.queue.pid, signal.SIGKILL)
        self.queue.clean_up()
        for path in self.valkey.data.rglob("*.aof"):
            path.unlink()
        for path in self.valkey.data.rglob("*.rdb"):
            path.unlink()
        for path in self.valkey.data.rglob("*.manifest"):
            path.unlink()
        await self._start_valkey()

    async def _start_valkey(self) -> None:
        self.valkey.prepare()
        self.queue = Child(self.valkey.command())
        await asyncio.to_thread(self.valkey.wait_ready, self.queue)

    async def restart_postgres(self) -> None:
        async with self._disturbing():
            self.database.stop()
            await self._start_postgres()

    async def kill_postgres(self) -> None:
        async with self._disturbing():
            os.kill(self.database.pid, signal.SIGKILL)
            self.database.clean_up()
            await self._start_postgres()

    async def _start_postgres(self) -> None:
        self.postgres.prepare()
        self.database = Child(self.postgres.command())
        await asyncio.to_thread(self.postgres.wait_ready, self.database)

    async def kill_worker(self) -> None:
        async with self._disturbing():
            self.worker.kill()
            await self.worker.wait()
            self.worker = await start_worker(self.env)

    @asynccontextmanager
    async def _disturbing(self) -> AsyncIterator[None]:
        before = datetime.now(UTC)
        yield
        self.disturbances.append((before, datetime.now(UTC)))

    async def fetch(self, sql: str, *args: Any) -> list[Mapping[str, Any]]:
        connection = await asyncpg.connect(self.env["ENISHI_DATABASE_URL"])
        try:
            return [dict(row) for row in await connection.fetch(sql, *args)]
        finally:
            await connection.close()

    async def eventually(self, condition: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not await condition():
                assert self.worker.returncode is None, "the worker ended by itself"
                await asyncio.sleep(0.1)

    def unexplained(self, times: list[datetime]) -> bool:
        """Whether something happened again although nothing was disturbed in between."""
        return any(
            not any(before <= later and earlier <= after for before, after in self.disturbances)
            for earlier, later in pairwise(times)
        )


async def start_worker(env: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.jobs.chores_worker"), cwd=ROOT, env=env
    )


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Stage]:
    sockets = folder / "run"
    postgres = Postgres(find_postgres(), folder / "postgres", sockets, folder / "postgres.log")
    valkey = Valkey(find_valkey(), folder / "valkey", sockets, folder / "valkey.log")
    office = CountingOffice()
    postgres.prepare()
    database = Child(postgres.command())
    valkey.prepare()
    queue = Child(valkey.command())
    stage: Stage | None = None
    try:
        await asyncio.to_thread(postgres.wait_ready, database)
        await asyncio.to_thread(valkey.wait_ready, queue)
        async with office.opened() as port:
            env = os.environ | {
                "ENISHI_DATABASE_URL": postgres.dsn,
                "ENISHI_VALKEY_URL": valkey.dsn,
                "ENISHI_MAIL_URL": f"smtp://127.0.0.1:{port}?starttls=never",
                "ENISHI_JOB_LEASE_SECONDS": "3",
            }
            await run(env, "enishi.cli", "migrate")
            worker = await start_worker(env)
            stage = Stage(folder, env, office, postgres, valkey, database, queue, worker)
            await stage.fetch(chores.TABLE)
            yield stage
    finally:
        if stage is not None:
            database, queue = stage.database, stage.queue
            if stage.worker.returncode is None:
                stage.worker.terminate()
                await stage.worker.wait()
        queue.stop()
        database.stop()


async def run(env: dict[str, str], *module: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *module), cwd=ROOT, env=env, stdout=asyncio.subprocess.DEVNULL
    )
    assert await process.wait() == 0
