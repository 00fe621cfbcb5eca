"""Leases of jobs: claim, renew, and report the end, with one statement each.

Only the holder of the lease can report an end. A worker that was taken for dead, and whose job was
claimed by another, therefore changes nothing.
"""

import json
import random
import uuid
from datetime import datetime, timedelta
from typing import Any

from enishi.kit import clock, db
from enishi.kit.schema import Schema

LEASE_EXPIRED = "LeaseExpired"
_FIRST_DELAY = timedelta(seconds=5)
_LONGEST_DELAY = timedelta(hours=1)
_UNKNOWN_DELAY = timedelta(minutes=10)
_UNKNOWN_FOR = timedelta(days=1)


class LeasedJob(Schema):
    """One attempt at a job, held until `lease_until` unless it is renewed."""

    id: uuid.UUID
    name: str
    version: int
    payload: dict[str, Any]
    request_id: str
    attempts: int
    max_attempts: int
    due_at: datetime
    lease_id: uuid.UUID


class Due(Schema):
    """A job that waits for a worker."""

    id: uuid.UUID
    name: str
    due_at: datetime


# Later requests raise the generation above 1; this run serves all requests before it.
_CLAIM = """
UPDATE kit_job SET
    state = 'running', attempts = attempts + 1, generation = 1, running_generation = 1,
    lease_id = gen_random_uuid(), lease_until = $3, worker = $4, started_at = $2, ended_at = NULL
WHERE id = $1 AND ((state = 'due' AND due_at <= $2)
    OR (state = 'running' AND lease_until < $2 AND attempts < max_attempts))
RETURNING id, name, version, payload, request_id, attempts, max_attempts, due_at, lease_id
"""


async def claim(job_id: uuid.UUID, *, worker: str, lease: timedelta) -> LeasedJob | None:
    """Claim the job if it is due, or if its lease has expired; else None."""
    now = clock.now()
    row = await db.fetch_one(_CLAIM, job_id, now, now + lease, worker)
    return LeasedJob(**(row | {"payload": json.loads(row["payload"])})) if row else None


async def renew(run: LeasedJob, *, lease: timedelta) -> bool:
    """Extend the lease; False if it was lost."""
    row = await db.fetch_one(
        "UPDATE kit_job SET lease_until = $3 WHERE id = $1 AND lease_id = $2 RETURNING id",
        run.id,
        run.lease_id,
        clock.now() + lease,
    )
    return row is not None


_DONE = """
UPDATE kit_job SET
    state = CASE WHEN generation > running_generation THEN 'due' ELSE 'done' END,
    attempts = CASE WHEN generation > running_generation THEN 0 ELSE attempts END,
    lease_id = NULL, lease_until = NULL, last_error = '', ended_at = $3
WHERE id = $1 AND lease_id = $2
RETURNING id, name, state, due_at
"""


async def done(run: LeasedJob) -> Due | None:
    """Report success. Returns the job if it was requested again in the meantime, else None."""
    return _still_due(await db.fetch_one(_DONE, run.id, run.lease_id, clock.now()))


# After the last attempt the job has failed, unless it was requested again: that is a new job.
_FAILED = """
UPDATE kit_job SET
    state = CASE WHEN attempts < max_attempts OR generation > running_generation
        THEN 'due' ELSE 'failed' END,
    due_at = CASE WHEN attempts < max_attempts THEN $4 ELSE due_at END,
    attempts = CASE WHEN attempts >= max_attempts AND generation > running_generation
        THEN 0 ELSE attempts END,
    lease_id = NULL, lease_until = NULL, last_error = $5, ended_at = $3
WHERE id = $1 AND lease_id = $2
RETURNING id, name, state, due_at
"""


async def failed(run: LeasedJob, error: str) -> Due | None:
    """Report a failure with the class name of its error. Returns the retry, or None."""
    now = clock.now()
    retry_at = now + delay_after(run.attempts)
    return _still_due(await db.fetch_one(_FAILED, run.id, run.lease_id, now, retry_at, error[:100]))


# A rolling upgrade takes less than a day. A keyed row may be old: it is handed back once at least.
_UNKNOWN = """
UPDATE kit_job SET
    state = CASE WHEN created_at < $5 AND last_error = $6 THEN 'failed' ELSE 'due' END,
    attempts = attempts - 1, due_at = $4,
    lease_id = NULL, lease_until = NULL, last_error = $6, ended_at = $3
WHERE id = $1 AND lease_id = $2
RETURNING id, name, state, due_at
"""


async def unknown(run: LeasedJob, error: str) -> Due | None:
    """Hand back a job whose contract this worker does not know, without counting the attempt.

    A newer worker may know it; after a day the job has failed, and an operator decides.
    """
    now = clock.now()
    return _still_due(
        await db.fetch_one(
            *(_UNKNOWN, run.id, run.lease_id, now),
            now + _UNKNOWN_DELAY,
            now - _UNKNOWN_FOR,
            error[:100],
        )
    )


async def released(run: LeasedJob) -> Due | None:
    """Return the job without counting the attempt, because the worker is stopping."""
    return _still_due(
        await db.fetch_one(
            "UPDATE kit_job SET state = 'due', attempts = attempts - 1, due_at = $3,"
            " lease_id = NULL, lease_until = NULL WHERE id = $1 AND lease_id = $2"
            " RETURNING id, name, state, due_at",
            run.id,
            run.lease_id,
            clock.now(),
        )
    )


def delay_after(attempts: int) -> timedelta:
    """Exponential backoff: 5 s, 10 s, 20 s … one hour, each with up to 20 % of jitter."""
    doublings = max(0, min(attempts - 1, 20))
    spread = random.uniform(1, 1.2)  # noqa: S311 (jitter, not a secret)
    return min(_FIRST_DELAY * (1 << doublings), _LONGEST_DELAY) * spread


_EXHAUSTED = """
UPDATE kit_job SET
    state = CASE WHEN generation > running_generation THEN 'due' ELSE 'failed' END,
    attempts = CASE WHEN generation > running_generation THEN 0 ELSE attempts END,
    lease_id = NULL, lease_until = NULL, last_error = $2, ended_at = $1
WHERE state = 'running' AND lease_until < $1 AND attempts >= max_attempts
RETURNING id
"""
_FIND_DUE = """
SELECT id, name, due_at FROM kit_job
WHERE (state = 'due' AND due_at <= $1) OR (state = 'running' AND lease_until < $1)
ORDER BY due_at LIMIT $2
"""


async def find_due(limit: int) -> list[Due]:
    """The jobs that are due now or whose lease expired, the longest due first.

    A job whose last attempt ended with its worker has failed: it is not retried for ever.
    """
    now = clock.now()
    await db.execute(_EXHAUSTED, now, LEASE_EXPIRED)
    return [Due(**row) for row in await db.fetch(_FIND_DUE, now, limit)]


async def prune(*, ended_before: datetime, limit: int = 10_000) -> int:
    """Delete jobs that are done or given up; failed jobs stay until an operator decides."""
    rows = await db.fetch(
        "DELETE FROM kit_job WHERE id IN (SELECT id FROM kit_job WHERE state IN"
        " ('done', 'given_up') AND ended_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING id",
        ended_before,
        limit,
    )
    return len(rows)


def _still_due(row: dict[str, Any] | None) -> Due | None:
    if row is None or row["state"] != "due":
        return None
    return Due(id=row["id"], name=row["name"], due_at=row["due_at"])
