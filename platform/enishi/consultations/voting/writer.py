"""The way a vote takes: one micro-batching writer in each web process.

Votes wait in memory while the previous batch commits, then leave together in one statement, and
each is acknowledged once that commit is durable. So the database sees a few hundred commits a
second where it would see thousands (`departures` says when a batch leaves).

One connection writes, so that two choices of one person cannot overtake each other; inside a
batch the last choice wins.
"""

import asyncio
import contextlib
import os
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import asyncpg
import structlog

from enishi.consultations.voting import vote_sql
from enishi.consultations.voting.group_commit import GroupCommitTimer
from enishi.kit import clock, db
from enishi.kit.errors import ConflictError, UnavailableError
from enishi.kit.i18n import gettext_lazy
from enishi.kit.metrics import Counter, Histogram
from enishi.settings import get_settings

LARGEST_BATCH = 1000
MOST_WAITING = 5000
SLOTS = 16
_PATIENCE = 5.0  # seconds a vote waits for a database that is away
_LONGEST_COMMIT = 30.0  # seconds; then the connection counts as broken
_PAUSE = 0.05  # seconds between attempts to reach it
_DRAIN = 10.0  # seconds a stopping process gives to the votes it has taken

# One plan for batches of every size, by keys alone: statistics of a table that was empty a
# minute ago would have it read whole, and planning costs as much as writing six votes.
PLANNED_ONCE = {
    "application_name": "enishi-votes",
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
}

_log = structlog.get_logger(__name__)

BATCH_SIZES = Histogram(
    "enishi_vote_batch_size", "Votes in one commit.", buckets=(1, 2, 5, 10, 20, 50, 100, 250, 1000)
)
VOTES = Counter("enishi_votes_total", "Votes taken, by what became of them.", ("end",))
_WRITTEN, _REFUSED, _TURNED_AWAY = map(VOTES.labels, ("written", "refused", "turned_away"))

Key = tuple[uuid.UUID, uuid.UUID]  # participant, statement


class VoteRefusedError(ConflictError):
    message = gettext_lazy(
        "いまは、このカードに投票できません。受付が終わったか、カードが非表示になりました。"
    )


class _Away(Exception):  # noqa: N818 (a signal inside this module)
    """The database could not be reached for as long as a vote waits."""


@dataclass(slots=True)
class _Choice:
    """The latest choice for one key, and everybody who waits for it."""

    value: int | None
    cast_at: datetime
    waiters: list[asyncio.Future[bool]] = field(default_factory=list)


Batch = dict[Key, _Choice]


class VoteWriter:
    """Takes votes of one process and writes them in batches, one commit after the other."""

    def __init__(self, *, slot: int | None = None, most_waiting: int = MOST_WAITING) -> None:
        # The slot spreads the sums over rows, so that processes do not wait for each other's
        # commit. Two processes that share a slot are as exact and only slower.
        self._slot = os.getpid() % SLOTS if slot is None else slot
        self._most_waiting = most_waiting
        self._waiting: Batch = {}
        self._waiters = 0
        self._departures = GroupCommitTimer()
        self._stopping = False
        self._connection: asyncpg.Connection[Any] | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="vote-writer")

    async def stop(self) -> None:
        """Take no more votes, write those that wait, and close the connection."""
        self._stopping = True
        self._departures.call_last()
        if self._task is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._task, _DRAIN)
        _fail(self._waiting, _busy)
        self._waiting = {}
        await self._disconnect()

    async def cast(
        self, participant_id: uuid.UUID, statement_id: uuid.UUID, value: int | None
    ) -> None:
        """Return once the vote is durable; `None` withdraws it.

        Raises VoteRefusedError for a statement that takes no votes of this participant now, and
        UnavailableError if too many votes wait or the database stays away.
        """
        if self._stopping or self._task is None or self._waiters >= self._most_waiting:
            _TURNED_AWAY.inc()
            raise _busy()
        waiter: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        now = clock.now()
        choice = self._waiting.get((participant_id, statement_id))
        if choice is None:
            self._waiting[participant_id, statement_id] = _Choice(value, now, [waiter])
        else:
            choice.value, choice.cast_at = value, now
            choice.waiters.append(waiter)
        self._waiters += 1
        self._departures.call(len(self._waiting))
        try:
            allowed = await waiter
        finally:
            self._waiters -= 1
        if not allowed:
            raise VoteRefusedError

    async def _run(self) -> None:
        while not self._stopping or self._waiting:
            if not self._stopping:
                await self._departures.wait()
            batch = self._take()
            if not batch:
                continue  # called to stop, with nothing left
            self._departures.leave()
            BATCH_SIZES.observe(len(batch))
            try:
                await self._write(batch, asyncio.get_running_loop().time() + _PATIENCE)
            except Exception:  # noqa: BLE001 (whatever one batch meets, the next one is written)
                _log.exception("consultations.vote_batch.failed", votes=len(batch))
                _fail(batch, _busy)
            self._departures.come_back(len(batch), len(self._waiting), LARGEST_BATCH)

    def _take(self) -> Batch:
        if len(self._waiting) <= LARGEST_BATCH:
            batch, self._waiting = self._waiting, {}
            return batch
        keys = list(self._waiting)[:LARGEST_BATCH]
        return {key: self._waiting.pop(key) for key in keys}

    async def _write(self, batch: Batch, deadline: float) -> None:
        """Write a batch; a row that PostgreSQL refuses fails alone."""
        try:
            allowed = await self._written(batch, deadline)
        except _Away:
            _log.error("consultations.votes.unavailable", votes=len(batch))
            _fail(batch, _busy)
        except asyncpg.PostgresError as error:
            if len(batch) == 1 or db.is_exhausted(error):
                _log.warning("consultations.vote.failed", error=type(error).__name__)
                _fail(batch, partial(_same, error))
                return
            for half in _halves(batch):
                await self._write(half, deadline)
        else:
            _acknowledge(batch, allowed)

    async def _written(self, batch: Batch, deadline: float) -> set[int]:
        """Write a batch, also over a new connection; answers the places that were allowed.

        A batch whose connection broke may have been committed or not: it is written again,
        which changes nothing if it was.
        """
        while True:
            try:
                return await self._execute(batch)
            except Exception as error:
                if not _is_away(error):
                    raise
                await self._disconnect()
                if asyncio.get_running_loop().time() >= deadline:
                    raise _Away from error
                await asyncio.sleep(_PAUSE)

    async def _execute(self, batch: Batch) -> set[int]:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                get_settings().database_dsn,
                timeout=_PATIENCE,
                command_timeout=_LONGEST_COMMIT,
                server_settings=PLANNED_ONCE,
            )
        choices = batch.values()
        values = [choice.value for choice in choices]
        places = await self._connection.fetchval(
            vote_sql.WRITE_AND_WITHDRAW if None in values else vote_sql.WRITE,
            [participant_id for participant_id, _ in batch],
            [statement_id for _, statement_id in batch],
            values,
            [choice.cast_at for choice in choices],
            self._slot,
        )
        return set(places or ())

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()


def _is_away(error: Exception) -> bool:
    """Also a server that says good-bye: shut down, or ended because another process crashed."""
    return db.is_connection_fault(error) or isinstance(error, asyncpg.OperatorInterventionError)


def _acknowledge(batch: Batch, allowed: set[int]) -> None:
    told = {True: 0, False: 0}
    for place, choice in enumerate(batch.values(), 1):
        is_allowed = place in allowed
        for waiter in choice.waiters:
            if not waiter.done():
                waiter.set_result(is_allowed)
                told[is_allowed] += 1
    # Once a batch: a counter that all processes share takes as long as a tenth of a vote.
    _WRITTEN.inc(told[True])
    if told[False]:
        _REFUSED.inc(told[False])


def _halves(batch: Batch) -> tuple[Batch, Batch]:
    keys = list(batch)
    middle = len(keys) // 2
    return {key: batch[key] for key in keys[:middle]}, {key: batch[key] for key in keys[middle:]}


def _busy() -> Exception:
    return UnavailableError(1)


def _same(error: Exception) -> Exception:
    return error


def _fail(batch: Batch, error: Callable[[], Exception]) -> None:
    for choice in batch.values():
        for waiter in choice.waiters:
            if not waiter.done():
                waiter.set_exception(error())


_writers: list[VoteWriter] = []


@contextlib.asynccontextmanager
async def writing() -> AsyncIterator[None]:
    """This process's writer, for the lifespan of a web process; it ends with an empty queue."""
    writer = VoteWriter()
    await writer.start()
    _writers[:] = [writer]
    try:
        yield
    finally:
        _writers.clear()
        await writer.stop()


async def cast(participant_id: uuid.UUID, statement_id: uuid.UUID, value: int | None) -> None:
    """As VoteWriter.cast, by this process's writer."""
    if not _writers:
        raise UnavailableError(1)
    await _writers[0].cast(participant_id, statement_id, value)
