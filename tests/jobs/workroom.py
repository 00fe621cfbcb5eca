"""What tests of the worker do: ask for jobs, look at their rows, wait for their end."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from enishi.kit import db
from enishi.kit.jobs import Job, enqueue
from enishi_jobs.worker import work

PATIENCE = 60.0  # seconds until a test gives up; what it waits for takes far less


async def asked(job: Job, **when: Any) -> uuid.UUID:
    async with db.unit_of_work():
        return await enqueue(job, **when)


async def asked_without_hint(job: Job) -> uuid.UUID:
    """As if the process had died between the commit and the hint."""
    async with db._transaction():
        with db.collecting():
            return await enqueue(job)


async def row_of(job_id: uuid.UUID) -> dict[str, Any]:
    [row] = await db.fetch("SELECT * FROM kit_job WHERE id = $1", job_id)
    return row


async def events_of(number: int) -> list[str]:
    rows = await db.fetch("SELECT event FROM chore WHERE number = $1 ORDER BY at", number)
    return [row["event"] for row in rows]


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await condition():  # noqa: ASYNC110 (another process answers)
            await asyncio.sleep(0.05)


async def in_state(job_id: uuid.UUID, state: str) -> None:
    async def reached() -> bool:
        return (await row_of(job_id))["state"] == state

    await eventually(reached)


@asynccontextmanager
async def working() -> AsyncIterator[None]:
    """A worker in this process, stopped in order at the end."""
    stopping = asyncio.Event()
    serving = asyncio.create_task(work(stopping))
    try:
        yield
    finally:
        stopping.set()
        await serving
