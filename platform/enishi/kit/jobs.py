"""Jobs: contracts, and enqueueing in the unit of work that needs them (transactional outbox).

A job is a row of kit_job, written in the caller's unit of work: it exists if and only if that
commits. After the commit a hint is sent through arq so that the job starts at once. A lost hint
delays the job by seconds: the worker's sweep finds every row that is due.
"""

import asyncio
import json
import uuid
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any, ClassVar

import structlog
from arq.connections import ArqRedis, RedisSettings, create_pool
from arq.constants import job_key_prefix
from arq.jobs import serialize_job
from arq.utils import timestamp_ms, to_unix_ms
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as ValkeyConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as ValkeyTimeoutError

from enishi.kit import clock, db
from enishi.kit.ids import new_id
from enishi.kit.logs import current_request_id
from enishi.kit.metrics import Counter
from enishi.kit.piggyback_writes import Document, PiggybackWrite
from enishi.kit.schema import Schema
from enishi.settings import get_settings


class Lane(StrEnum):
    """A queue of its own, with as many jobs at a time as every other.

    Jobs that wait for others (a slow mail server) delay their own lane only.
    """

    ORDINARY = "ordinary"
    MAIL = "mail"
    # Mails that somebody waits for before a screen.
    URGENT_MAIL = "urgent-mail"
    # They wait for a process that computes.
    LANDSCAPE = "landscape"

    @property
    def queue(self) -> str:
        return f"enishi:jobs:{self}"


RUN = "run"  # the only function registered with arq; its argument is the id of the row
LONGEST_KEY = 200
_HINT_SECONDS = 1.0  # the timeout of sending a hint: requests wait for it
_QUIET_SECONDS = 5.0  # the pause after a failed hint (circuit breaker)
_FURTHEST_HINT = timedelta(minutes=10)  # jobs that are due later are left to the sweep

_log = structlog.get_logger(__name__)

ENQUEUED = Counter("enishi_jobs_enqueued_total", "Enqueued jobs, by name.", ("name",))
LOST_HINTS = Counter("enishi_job_hints_lost_total", "Hints that could not be sent to Valkey.")


class UnknownVersionError(Exception):
    """The payload was written by a version of the contract this process cannot read."""


_lanes: dict[str, Lane] = {}


def lane_of(name: str) -> Lane:
    """The lane of the contract with that name; ORDINARY for one that is not loaded here.

    Every worker carries out the jobs of all lanes, so a wrong one costs waiting at the most.
    """
    return _lanes.get(name, Lane.ORDINARY)


class Job(Schema):
    """A message to the worker. Carries identifiers, never rows and never data of people."""

    name: ClassVar[str]
    version: ClassVar[int] = 1
    lane: ClassVar[Lane] = Lane.ORDINARY
    max_attempts: ClassVar[int] = 8
    timeout: ClassVar[timedelta] = timedelta(minutes=5)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        _lanes[cls.name] = cls.lane

    def key(self) -> str | None:
        """The coalescing key, if one run may serve many requests; None for one run a request.

        Requests with the same key share a row; if one comes while the job runs, another run
        follows. Enqueue such a job last: its row is locked until the commit.
        """
        return None

    @classmethod
    def upgrade(cls, version: int, payload: dict[str, Any]) -> dict[str, Any]:
        """An older payload in the current shape. Raises UnknownVersionError if not supported."""
        raise UnknownVersionError(f"{cls.name} {version} with {len(payload)} fields")

    @classmethod
    def read(cls, version: int, payload: dict[str, Any]) -> "Job":
        return cls.model_validate(
            payload if version == cls.version else cls.upgrade(version, payload)
        )


# A new request for a keyed job: an ended job becomes due again; a running one only gets a higher
# generation; one that waits after a failure keeps its backoff delay.
_ENQUEUE = """
INSERT INTO kit_job (id, name, version, payload, request_id, key, max_attempts, due_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (key) DO UPDATE SET
    generation = kit_job.generation + 1,
    version = EXCLUDED.version,
    payload = EXCLUDED.payload,
    request_id = EXCLUDED.request_id,
    max_attempts = EXCLUDED.max_attempts,
    state = CASE kit_job.state WHEN 'running' THEN 'running' ELSE 'due' END,
    attempts = CASE WHEN kit_job.state IN ('due', 'running') THEN kit_job.attempts ELSE 0 END,
    due_at = CASE
        WHEN kit_job.state = 'due' AND kit_job.attempts > 0 THEN kit_job.due_at
        WHEN kit_job.state = 'due' OR kit_job.generation > kit_job.running_generation
            THEN least(kit_job.due_at, EXCLUDED.due_at)
        ELSE EXCLUDED.due_at END
RETURNING id, state, due_at
"""


async def enqueue(job: Job, *, due_at: datetime | None = None) -> uuid.UUID:
    """Enqueue a job, due at once or at `due_at`; returns its id. Part of the unit of work."""
    if not db.in_unit_of_work():
        raise RuntimeError(f"{job.name} was enqueued outside a unit of work")
    key = job.key()
    if key is not None:
        key = f"{job.name}:{key}"
        if len(key) > LONGEST_KEY:
            raise ValueError(f"the key of {job.name} has more than {LONGEST_KEY} characters")
    now = clock.now()
    [row] = await db.fetch(
        _ENQUEUE,
        new_id(),
        job.name,
        job.version,
        job.model_dump_json(),
        current_request_id(),
        key,
        job.max_attempts,
        due_at or now,
        now,
    )
    job_id: uuid.UUID = row["id"]
    ENQUEUED.labels(job.name).inc()
    if row["state"] == "due":
        db.after_commit(partial(hint, job_id, job.name, row["due_at"]))
    return job_id


def piggyback(job_id: uuid.UUID, contract: type[Job], **payload: Any) -> PiggybackWrite:
    """The row of a job without a key, due at once, inserted by another statement.

    `payload` has the fields of the contract, as JSON values or Returned. Call `announce` once the
    statement has returned rows.
    """
    if payload.keys() != contract.model_fields.keys():
        raise ValueError(f"{contract.name} does not consist of {sorted(payload)}")
    now = clock.now()
    return PiggybackWrite(
        "kit_job",
        {
            "id": job_id,
            "name": contract.name,
            "version": contract.version,
            "payload": Document(payload),
            "request_id": current_request_id(),
            "max_attempts": contract.max_attempts,
            "due_at": now,
            "created_at": now,
        },
    )


def announce(job_id: uuid.UUID, contract: type[Job]) -> None:
    """Send the hint for a piggyback job after the commit."""
    ENQUEUED.labels(contract.name).inc()
    db.after_commit(partial(hint, job_id, contract.name, clock.now()))


async def hint(job_id: uuid.UUID, name: str, due_at: datetime, hint_id: str = "") -> None:
    """Wake a worker for a due row in the lane of its job. Does not raise if Valkey is away.

    With `hint_id`, a hint that is still in the queue is not sent a second time.
    """
    if due_at - clock.now() > _FURTHEST_HINT:
        return
    loop = asyncio.get_running_loop()
    if loop.time() < _hints.quiet_until:
        LOST_HINTS.inc()
        return
    try:
        async with asyncio.timeout(_HINT_SECONDS):
            pool = await _hints.connected()
            later = due_at if due_at > clock.now() else None
            queue = lane_of(name).queue
            if hint_id:
                await pool.enqueue_job(
                    *(RUN, str(job_id)),
                    _job_id=hint_id,
                    _queue_name=queue,
                    _defer_until=later,
                )
            else:
                await _send(pool, queue, job_id, later)
    except (RedisError, OSError, TimeoutError) as error:
        _hints.quiet_until = loop.time() + _QUIET_SECONDS
        LOST_HINTS.inc()
        _log.warning("kit.job_hint.lost", error=type(error).__name__)


async def _send(pool: ArqRedis, queue: str, job_id: uuid.UUID, later: datetime | None) -> None:
    """Write what `enqueue_job` writes, without its check for an existing id: this id is new."""
    hint_id, now = new_id().hex, timestamp_ms()
    due = to_unix_ms(later) if later else now
    message = serialize_job(RUN, (str(job_id),), {}, None, now, serializer=serialise)
    async with pool.pipeline(transaction=True) as pipe:
        pipe.psetex(job_key_prefix + hint_id, due - now + pool.expires_extra_ms, message)
        pipe.zadd(queue, {hint_id: due})
        await pipe.execute()


async def close() -> None:
    """Close the connections to Valkey of this process."""
    await _hints.close()


def queue_settings(*, retries: int, connect_retries: int) -> RedisSettings:
    """The connection to Valkey. Commands are retried, so that a restart of Valkey fails none."""
    settings = RedisSettings.from_dsn(get_settings().valkey_dsn)
    settings.conn_retries = connect_retries
    settings.retry = Retry(ExponentialBackoff(cap=0.5, base=0.05), retries)
    settings.retry_on_error = [ValkeyConnectionError, ValkeyTimeoutError, OSError]
    return settings


def serialise(message: dict[str, Any]) -> bytes:
    """JSON instead of pickle. Errors become their class name: texts may hold personal data."""
    return json.dumps(message, default=lambda value: type(value).__name__).encode()


def deserialise(message: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(message)
    return found


class _Hints:
    """The connection pool of this process to Valkey, created with the first hint."""

    def __init__(self) -> None:
        self.quiet_until = 0.0
        self._connecting: asyncio.Future[ArqRedis] | None = None

    async def connected(self) -> ArqRedis:
        if self._connecting is None:
            self._connecting = asyncio.ensure_future(
                create_pool(
                    queue_settings(retries=1, connect_retries=0),
                    job_serializer=serialise,
                    job_deserializer=deserialise,
                )
            )
        try:
            # Shared and shielded: a hint that times out must not cancel the connecting.
            return await asyncio.shield(self._connecting)
        except (RedisError, OSError):
            self._connecting = None
            raise

    async def close(self) -> None:
        connecting, self._connecting, self.quiet_until = self._connecting, None, 0.0
        if connecting is not None:
            with suppress(RedisError, OSError):
                await (await connecting).aclose(close_connection_pool=True)


_hints = _Hints()
