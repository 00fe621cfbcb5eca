"""The worker process: it takes hints from arq and survives restarts of Valkey and PostgreSQL."""

import asyncio
import logging
import os
import secrets
import socket
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import structlog
from arq import cron
from arq.constants import job_key_prefix
from arq.cron import CronJob
from arq.worker import Worker, func
from redis.exceptions import RedisError

from enishi.kit import clock, db, heartbeat, jobs
from enishi.kit.jobs import Lane
from enishi.kit.outages import is_connection_fault
from enishi.settings import get_settings
from enishi_jobs import computing
from enishi_jobs.runner import Runner
from enishi_jobs.schedule import CRONS, Cron
from enishi_jobs.warming import warm_landscape

_log = structlog.get_logger(__name__)
_GRACE_SECONDS = 20  # so long a stopping worker waits for its jobs, then it releases them
_PAUSE = 1.0
_POLL_SECONDS = 0.2
# arq requires one limit for all jobs; the runner enforces the shorter ones of the contracts.
_ARQ_TIMEOUT = timedelta(hours=6)


async def serve(stopping: asyncio.Event) -> None:
    """Run as a worker process until `stopping` is set."""
    logging.getLogger("arq").setLevel(logging.WARNING)
    if not await _database_opened(stopping):
        return
    try:
        await work(stopping)
    finally:
        await jobs.close()
        await db.close_pool()


async def work(stopping: asyncio.Event) -> None:
    """Take jobs until `stopping` is set, on the open connection pool of this process."""
    name = f"{socket.gethostname()[:80]}-{os.getpid()}-{secrets.token_hex(3)}"
    runner = Runner(name, timedelta(seconds=get_settings().job_lease_seconds))
    beside: list[asyncio.Task[Any]] = [
        asyncio.create_task(_send_heartbeats(name)),
        asyncio.create_task(warm_landscape()),
    ]
    _log.info("jobs.worker.started", worker=name)
    try:
        async with asyncio.TaskGroup() as lanes:
            for lane in Lane:
                lanes.create_task(_work_in(lane, runner, stopping))
    finally:
        computing.close()
        await _cancel(beside)
    with suppress(Exception):  # an unreachable database must not delay the exit
        async with asyncio.timeout(_PAUSE):
            await heartbeat.stopped(name)
    _log.info("jobs.worker.stopped", worker=name)


async def _work_in(lane: Lane, runner: Runner, stopping: asyncio.Event) -> None:
    """Take the jobs of one lane until `stopping` is set."""
    retired: set[asyncio.Task[None]] = set()
    while not stopping.is_set():
        worker = _arq_worker(runner, lane)
        await _until_stopped_or_broken(worker, stopping)
        # Jobs that outlive a lost queue keep their leases, beside the next arq worker.
        task = asyncio.create_task(_retire(worker))
        retired.add(task)
        task.add_done_callback(retired.discard)
    await asyncio.gather(*retired)


async def _cancel(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _until_stopped_or_broken(worker: Worker, stopping: asyncio.Event) -> None:
    polling = asyncio.ensure_future(worker.async_run())
    stop = asyncio.ensure_future(stopping.wait())
    await asyncio.wait({polling, stop}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if not polling.done():
        await _end(worker, polling)
        return
    error = polling.exception()
    if not isinstance(error, RedisError | OSError):
        raise error or RuntimeError("arq ended by itself")
    _log.warning("jobs.queue.lost", error=type(error).__name__)
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), _PAUSE)


async def _end(worker: Worker, polling: asyncio.Future[None]) -> None:
    """Take no more jobs, wait for the running ones, and release those that take too long."""
    # A burst of no jobs: arq waits for its tasks and ends. Cancelling its loop could interrupt
    # redis-py while it returns a connection to the pool, which leaks the connection.
    worker.burst, worker.max_burst_jobs = True, 0
    await asyncio.wait({polling}, timeout=_GRACE_SECONDS)
    for task in worker.tasks.values():
        task.cancel()
    await asyncio.wait({polling}, timeout=_PAUSE)
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)  # an error here comes from Valkey


async def _retire(worker: Worker) -> None:
    # An error here comes from Valkey: the results of the jobs are in their rows.
    await asyncio.gather(*worker.tasks.values(), return_exceptions=True)
    if worker._pool is not None:  # noqa: SLF001 (None where Valkey never answered; `pool` hides it)
        with suppress(RedisError, OSError):
            await worker.pool.aclose(close_connection_pool=True)


def _arq_worker(runner: Runner, lane: Lane) -> Worker:
    # Built here and not from a WorkerSettings class: arq ignores what such a class inherits.
    async def run(ctx: dict[Any, Any], job_id: str) -> None:
        # Delete the hint before the work begins: if this process is killed, no entry of arq blocks
        # the next hint, and the lease alone decides when to retry.
        async with ctx["redis"].pipeline(transaction=True) as pipe:
            pipe.zrem(lane.queue, ctx["job_id"])
            pipe.delete(job_key_prefix + ctx["job_id"])
            await pipe.execute()
        await runner.run(uuid.UUID(job_id))

    return Worker(
        functions=[func(run, name=jobs.RUN, max_tries=1)],
        cron_jobs=[_arq_cron(entry) for entry in CRONS] if lane is Lane.ORDINARY else [],
        queue_name=lane.queue,
        redis_settings=jobs.queue_settings(retries=3, connect_retries=0),
        job_serializer=jobs.serialise,
        job_deserializer=jobs.deserialise,
        max_jobs=get_settings().worker_concurrency,
        # Read past the entries of killed workers: they head the queue until they expire.
        queue_read_limit=1_000,
        job_timeout=_ARQ_TIMEOUT,
        keep_result=0,
        poll_delay=_POLL_SECONDS,
        handle_signals=False,
        log_results=False,
        timezone=clock.TOKYO,  # type: ignore[arg-type]  # arq annotates timezone, any tzinfo works
    )


def _arq_cron(entry: Cron) -> CronJob:
    return cron(
        _guarded(entry.name, entry.run),
        name=entry.name,
        second=set(entry.seconds),
        minute=set(entry.minutes) if entry.minutes else None,
        hour=set(entry.hours) if entry.hours else None,
        run_at_startup=entry.at_start,
        keep_result=0,
        max_tries=1,
    )


def _guarded(
    name: str, run: Callable[[], Awaitable[None]]
) -> Callable[..., Coroutine[Any, Any, None]]:
    async def guarded(_: dict[Any, Any]) -> None:
        try:
            await run()
        except Exception as error:  # noqa: BLE001 (the next run finds the remaining work)
            _log.error("jobs.cron.failed", cron=name, error=type(error).__name__)

    return guarded


async def _database_opened(stopping: asyncio.Event) -> bool:
    """Wait for the database to answer; False if the worker is stopped before."""
    while not stopping.is_set():
        try:
            await db.open_pool()
        except Exception as error:
            if not is_connection_fault(error):
                raise
            _log.warning("jobs.database.awaited", error=type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), _PAUSE)
        else:
            return True
    return False


async def _send_heartbeats(name: str) -> None:
    """Send heartbeats beside the jobs, not as one of them: a busy worker is alive."""
    started_at = clock.now()
    while True:
        try:
            await heartbeat.beat(name, _version(), started_at)
        except Exception as error:  # noqa: BLE001 (a missing heartbeat is the signal)
            _log.warning("jobs.heartbeat.missed", error=type(error).__name__)
        await asyncio.sleep(heartbeat.INTERVAL.total_seconds())


def _version() -> str:
    try:
        return version("enishi")
    except PackageNotFoundError:  # a checkout without an installed package
        return "unknown"
