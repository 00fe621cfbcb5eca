"""The vote writer of a web process: group commit over one connection.

Votes are queued in memory while a batch commits and are then written together in one statement;
each is acknowledged once its commit is durable. The database sees hundreds of commits a second
instead of thousands (`group_commit` decides when the queue is flushed).

One connection and one batch at a time keep the votes of a participant in order; inside a batch the
last vote on a statement wins. A full queue refuses votes (backpressure).
"""

import asyncio
import contextlib
import os
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import asyncpg
import structlog

from enishi.consultations.voting import vote_sql
from enishi.consultations.voting.errors import VoteRefusedError
from enishi.consultations.voting.group_commit import GroupCommitTimer
from enishi.consultations.voting.vote_connection import VoteConnection, is_lost
from enishi.kit import clock, outages
from enishi.kit.errors import UnavailableError
from enishi.kit.metrics import Counter, Histogram

MAX_BATCH = 1000
MAX_QUEUED = 5000
SLOTS = 16
# Seconds:
_RETRY_FOR = 5.0  # while the database cannot be reached; then the votes are refused
_LEAST_ATTEMPT = 1.0  # for votes that have waited that long behind a batch that failed
_RETRY_DELAY = 0.05  # between two attempts
_DRAIN_TIMEOUT = 10.0  # for the queue of a stopping process

_log = structlog.get_logger(__name__)

BATCH_SIZES = Histogram(
    "enishi_vote_batch_size", "Votes in one commit.", buckets=(1, 2, 5, 10, 20, 50, 100, 250, 1000)
)
VOTES = Counter("enishi_votes_total", "Votes by outcome.", ("end",))
_WRITTEN, _REFUSED, _TURNED_AWAY = map(VOTES.labels, ("written", "refused", "turned_away"))

Key = tuple[uuid.UUID, uuid.UUID]  # participant, statement


class _DatabaseUnavailableError(Exception):
    """The database did not answer for _RETRY_FOR seconds."""


@dataclass(slots=True)
class _PendingVote:
    """The latest queued vote for a key, and the requests that wait for its commit."""

    value: int | None
    cast_at: datetime
    waiters: list[asyncio.Future[bool]] = field(default_factory=list)


Batch = dict[Key, _PendingVote]


class VoteWriter:
    """Queues the votes of one process and writes them in batches, one commit at a time."""

    def __init__(self, *, slot: int | None = None, max_queued: int = MAX_QUEUED) -> None:
        # The row of the tally that this process adds to, so that processes do not wait for each
        # other's row locks. Two processes may share a slot: the sums stay exact, at lower speed.
        self._slot = os.getpid() % SLOTS if slot is None else slot
        self._max_queued = max_queued
        self._queue: Batch = {}
        self._queued_since = 0.0
        self._waiters = 0
        self._timer = GroupCommitTimer()
        self._stopping = False
        self._connection = VoteConnection()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self._connection.open()
        self._task = asyncio.create_task(self._run(), name="vote-writer")

    async def stop(self) -> None:
        """Refuse new votes, write the queued ones, and close the connection."""
        self._stopping = True
        self._timer.flush_without_delay()
        if self._task is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._task, _DRAIN_TIMEOUT)
        _fail(self._queue, _unavailable)
        self._queue = {}
        await self._connection.close()

    async def cast(
        self, participant_id: uuid.UUID, statement_id: uuid.UUID, value: int | None
    ) -> None:
        """Return once the vote is durable; a `value` of None withdraws it.

        Raises VoteRefusedError if this participant may not vote on the statement now, and
        UnavailableError if the queue is full or the database cannot be reached.
        """
        if self._stopping or self._task is None or self._waiters >= self._max_queued:
            _TURNED_AWAY.inc()
            raise _unavailable()
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[bool] = loop.create_future()
        if not self._queue:
            self._queued_since = loop.time()
        now = clock.now()
        pending = self._queue.get((participant_id, statement_id))
        if pending is None:
            self._queue[participant_id, statement_id] = _PendingVote(value, now, [waiter])
        else:
            pending.value, pending.cast_at = value, now
            pending.waiters.append(waiter)
        self._waiters += 1
        self._timer.vote_queued(len(self._queue))
        try:
            allowed = await waiter
        finally:
            self._waiters -= 1
        if not allowed:
            raise VoteRefusedError

    async def _run(self) -> None:
        while not self._stopping or self._queue:
            if not self._stopping:
                await self._timer.wait_until_due()
            batch = self._next_batch()
            if not batch:
                continue  # stopped with an empty queue
            self._timer.commit_started()
            BATCH_SIZES.observe(len(batch))
            now = asyncio.get_running_loop().time()
            try:
                await self._write(batch, max(self._queued_since + _RETRY_FOR, now + _LEAST_ATTEMPT))
            except Exception:  # noqa: BLE001 (the next batch must be written)
                _log.exception("consultations.vote_batch.failed", votes=len(batch))
                _fail(batch, _unavailable)
            self._timer.commit_ended(len(batch), len(self._queue), MAX_BATCH)

    def _next_batch(self) -> Batch:
        if len(self._queue) <= MAX_BATCH:
            batch, self._queue = self._queue, {}
            return batch
        keys = list(self._queue)[:MAX_BATCH]
        return {key: self._queue.pop(key) for key in keys}

    async def _write(self, batch: Batch, deadline: float) -> None:
        """Write a batch and answer its requests. A vote that PostgreSQL refuses fails alone."""
        try:
            allowed = await self._write_with_reconnect(batch, deadline)
        except _DatabaseUnavailableError:
            _log.error("consultations.votes.unavailable", votes=len(batch))
            _fail(batch, _unavailable)
        except asyncpg.PostgresError as error:
            if len(batch) == 1 or outages.is_exhausted(error):
                _log.warning("consultations.vote.failed", error=type(error).__name__)
                _fail(batch, partial(_itself, error))
                return
            for half in _halves(batch):
                await self._write(half, deadline)
        else:
            _acknowledge(batch, allowed)

    async def _write_with_reconnect(self, batch: Batch, deadline: float) -> set[int]:
        """Write a batch, reconnecting until `deadline`; returns the places of the allowed votes.

        A batch whose connection was lost may be committed already. Writing it again is idempotent.
        """
        while True:
            try:
                return await self._execute(batch, deadline)
            except Exception as error:
                if not is_lost(error):
                    raise
                self._connection.cut()
                if asyncio.get_running_loop().time() >= deadline:
                    raise _DatabaseUnavailableError from error
                await asyncio.sleep(_RETRY_DELAY)

    async def _execute(self, batch: Batch, deadline: float) -> set[int]:
        votes = batch.values()
        values = [vote.value for vote in votes]
        places = await self._connection.fetchval(
            vote_sql.WRITE_AND_WITHDRAW if None in values else vote_sql.WRITE,
            [participant_id for participant_id, _ in batch],
            [statement_id for _, statement_id in batch],
            values,
            [vote.cast_at for vote in votes],
            self._slot,
            seconds=max(deadline - asyncio.get_running_loop().time(), _RETRY_DELAY),
        )
        return set(places or ())


def _acknowledge(batch: Batch, allowed: set[int]) -> None:
    answered = {True: 0, False: 0}
    for place, vote in enumerate(batch.values(), 1):
        is_allowed = place in allowed
        for waiter in vote.waiters:
            if not waiter.done():
                waiter.set_result(is_allowed)
                answered[is_allowed] += 1
    # Once a batch: an increment in the memory that processes share costs a tenth of a vote.
    _WRITTEN.inc(answered[True])
    if answered[False]:
        _REFUSED.inc(answered[False])


def _halves(batch: Batch) -> tuple[Batch, Batch]:
    keys = list(batch)
    middle = len(keys) // 2
    return {key: batch[key] for key in keys[:middle]}, {key: batch[key] for key in keys[middle:]}


def _unavailable() -> Exception:
    return UnavailableError(1)


def _itself(error: Exception) -> Exception:
    return error


def _fail(batch: Batch, error: Callable[[], Exception]) -> None:
    """Answer each request of a batch with an error of its own."""
    for vote in batch.values():
        for waiter in vote.waiters:
            if not waiter.done():
                waiter.set_exception(error())


_writer: VoteWriter | None = None


@contextlib.asynccontextmanager
async def writing() -> AsyncIterator[None]:
    """Run the writer of this process; the queue is written before the block ends."""
    global _writer  # noqa: PLW0603 (one writer in a web process, none elsewhere)
    writer = VoteWriter()
    await writer.start()
    _writer = writer
    try:
        yield
    finally:
        _writer = None
        await writer.stop()


async def cast(participant_id: uuid.UUID, statement_id: uuid.UUID, value: int | None) -> None:
    """As VoteWriter.cast, with the writer of this process."""
    if _writer is None:
        raise UnavailableError(1)
    await _writer.cast(participant_id, statement_id, value)
