"""Jobs that only tests ask for."""

import asyncio
from datetime import timedelta
from typing import ClassVar

from enishi.kit import db
from enishi.kit.jobs import Job
from enishi_jobs.registry import handles

TABLE = (
    "CREATE TABLE chore (number int, event text, at serial,"
    " seen timestamptz DEFAULT clock_timestamp())"
)


class Chore(Job):
    """Leaves a trace when it begins and when it ends."""

    name: ClassVar[str] = "tests.chore.do"
    max_attempts: ClassVar[int] = 50

    number: int
    seconds: float = 0


class Tidy(Job):
    name: ClassVar[str] = "tests.room.tidy"
    max_attempts: ClassVar[int] = 50

    room: int

    def key(self) -> str:
        return str(self.room)


class Poison(Job):
    name: ClassVar[str] = "tests.poison.take"
    max_attempts: ClassVar[int] = 2

    number: int


class TooLong(Job):
    name: ClassVar[str] = "tests.chore.overdo"
    timeout: ClassVar[timedelta] = timedelta(milliseconds=50)


class Unheard(Job):
    """A contract that no handler is bound to."""

    name: ClassVar[str] = "tests.unheard"


async def trace(number: int, event: str) -> None:
    await db.fetch("INSERT INTO chore (number, event) VALUES ($1, $2)", number, event)


@handles(Chore)
async def do(job: Chore) -> None:
    await trace(job.number, "begun")
    await asyncio.sleep(job.seconds)
    await trace(job.number, "ended")


@handles(Tidy)
async def tidy(job: Tidy) -> None:
    await trace(job.room, "ended")


@handles(Poison)
async def take(job: Poison) -> None:
    await trace(job.number, "begun")
    raise ValueError("安藤花子 hanako@example.org")  # what an error says is nobody's business


@handles(TooLong)
async def overdo(_: TooLong) -> None:
    await asyncio.sleep(3600)
