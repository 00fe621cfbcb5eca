"""Runs one job under a lease and records its end. Independent of the queue."""

import asyncio
import traceback
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from time import perf_counter

import structlog

from enishi.kit import job_leases, jobs
from enishi.kit.job_leases import Due, LeasedJob
from enishi.kit.logs import set_request_id
from enishi.kit.metrics import Counter, Histogram
from enishi.kit.outages import is_connection_fault, is_exhausted
from enishi_jobs.registry import UnknownJobError, binding_of

_log = structlog.get_logger(__name__)
_FRAMES = 5
_PAUSE = 0.5  # seconds between attempts to reach the database

ENDED = Counter("enishi_jobs_ended_total", "Attempts at jobs, by how they ended.", ("name", "end"))
SECONDS = Histogram(
    "enishi_job_seconds",
    "Time of an attempt at a job.",
    ("name",),
    buckets=(0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900),
)


class LeaseLostError(Exception):
    """The lease has expired: another worker may hold the job, so this run is abandoned."""


class Runner:
    def __init__(self, worker: str, lease: timedelta) -> None:
        self.worker = worker
        self.lease = lease

    async def run(self, job_id: uuid.UUID) -> None:
        """Run the job if it is due and not leased. A failure is recorded in its row, not raised."""
        run = await self._claim(job_id)
        if run is None:
            return
        set_request_id(run.request_id)
        began = perf_counter()
        due: Due | None = None
        try:
            await self._attempt(run)
        except asyncio.CancelledError:
            await self._report(run, "released", lambda: job_leases.released(run))
            raise
        except LeaseLostError:
            _log.warning("jobs.lease.lost", job=run.name, job_id=str(run.id))
            ENDED.labels(run.name, "lost").inc()
        except (UnknownJobError, jobs.UnknownVersionError) as error:
            name = type(error).__name__
            _log.warning("jobs.job.unknown", job=run.name, version=run.version, error=name)
            due = await self._report(run, "unknown", lambda: job_leases.unknown(run, name))
        except Exception as error:  # noqa: BLE001 (any failure of a handler is recorded)
            _log_failure(run, error)
            name = type(error).__name__
            due = await self._report(run, "failed", lambda: job_leases.failed(run, name))
        else:
            due = await self._report(run, "done", lambda: job_leases.done(run))
        SECONDS.labels(run.name).observe(perf_counter() - began)
        if due is not None:
            await jobs.hint(due.id, due.name, due.due_at)

    async def _claim(self, job_id: uuid.UUID) -> LeasedJob | None:
        try:
            return await job_leases.claim(job_id, worker=self.worker, lease=self.lease)
        except Exception as error:
            if not _is_unreachable(error):
                raise
            # Claimed or not, the row holds the state: the sweep finds it once the database is back.
            _log.warning("jobs.claim.missed", job_id=str(job_id), error=type(error).__name__)
            return None

    async def _attempt(self, run: LeasedJob) -> None:
        binding = binding_of(run.name)
        job = binding.contract.read(run.version, run.payload)
        work = asyncio.ensure_future(binding.handler(job))
        keeper = asyncio.ensure_future(self._keep(run))
        try:
            async with asyncio.timeout(binding.contract.timeout.total_seconds()):
                await asyncio.wait({work, keeper}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                raise LeaseLostError
            work.result()
        finally:
            # The handler's units of work must be over before the end of the job is reported.
            work.cancel()
            keeper.cancel()
            await asyncio.gather(work, keeper, return_exceptions=True)

    async def _keep(self, run: LeasedJob) -> None:
        """Renew the lease; return once it is lost, or may be (the database is unreachable)."""
        loop = asyncio.get_running_loop()
        third = self.lease.total_seconds() / 3
        ends = loop.time() + 3 * third
        while loop.time() < ends:
            await asyncio.sleep(third)
            asked = loop.time()
            try:
                async with asyncio.timeout(third):
                    if not await job_leases.renew(run, lease=self.lease):
                        return
                ends = asked + 3 * third
            except Exception as error:
                if not _is_unreachable(error):
                    raise

    async def _report(
        self, run: LeasedJob, end: str, report: Callable[[], Awaitable[Due | None]]
    ) -> Due | None:
        """Record the end of the run; retry while the database is unreachable, until the lease ends.

        After that another worker may claim the job and run it again (at-least-once).
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + self.lease.total_seconds()
        while True:
            try:
                due = await report()
            except Exception as error:
                if not _is_unreachable(error):
                    raise
                if loop.time() > until:
                    _log.warning("jobs.end.unreported", job=run.name, job_id=str(run.id))
                    return None
                await asyncio.sleep(_PAUSE)
            else:
                ENDED.labels(run.name, end).inc()
                return due


def _is_unreachable(error: Exception) -> bool:
    """Also true for a full disk: the row can be written once there is room again."""
    return isinstance(error, TimeoutError) or is_connection_fault(error) or is_exhausted(error)


def _log_failure(run: LeasedJob, error: Exception) -> None:
    """Log frames and class only: the text of an error may hold personal data."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    _log.error(
        "jobs.job.failed",
        job=run.name,
        job_id=str(run.id),
        attempt=run.attempts,
        error=type(error).__name__,
        frames=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    )
