"""The jobs as an operator sees them; a failed one can be retried or given up."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial

from enishi.kit import clock, db, jobs
from enishi.kit.errors import ConflictError, NotFoundError
from enishi.kit.i18n import gettext_lazy
from enishi.kit.kinds import JobState
from enishi.kit.pagination import PAGE_SIZE, Page, decode_cursor, instant
from enishi.kit.schema import Schema


class BoardColumn(StrEnum):
    """The open jobs, divided by what an operator has to know."""

    FAILED = "failed"
    # Due again after an attempt that failed: something may be wrong although nothing is lost.
    RETRYING = "retrying"
    RUNNING = "running"
    DUE = "due"


_CONDITIONS = {
    BoardColumn.FAILED: "state = 'failed'",
    BoardColumn.RETRYING: "state = 'due' AND last_error <> ''",
    BoardColumn.RUNNING: "state = 'running'",
    BoardColumn.DUE: "state = 'due' AND last_error = ''",
}
# The sort column of each: that of the partial index of its state.
_ORDER = {
    BoardColumn.FAILED: "ended_at",
    BoardColumn.RETRYING: "due_at",
    BoardColumn.RUNNING: "started_at",
    BoardColumn.DUE: "due_at",
}


class NameCount(Schema):
    name: str
    failed: int
    retrying: int
    running: int
    due: int
    oldest_due_seconds: float


class Board(Schema):
    counts: dict[str, int]
    oldest_due_seconds: float
    names: Sequence[NameCount]


class JobRow(Schema):
    id: uuid.UUID
    name: str
    state: JobState
    attempts: int
    max_attempts: int
    request_id: str
    worker: str
    last_error: str
    created_at: datetime
    due_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


_SUMMARY = """
SELECT name,
    count(*) FILTER (WHERE state = 'failed') AS failed,
    count(*) FILTER (WHERE state = 'due' AND last_error <> '') AS retrying,
    count(*) FILTER (WHERE state = 'running') AS running,
    count(*) FILTER (WHERE state = 'due' AND last_error = '') AS due,
    coalesce(extract(epoch FROM $1 - min(due_at) FILTER (WHERE state = 'due' AND due_at <= $1)), 0)
        ::float8 AS oldest_due_seconds
FROM kit_job WHERE state IN ('running', 'failed', 'due') GROUP BY name ORDER BY name
"""


async def summary() -> Board:
    """Open jobs by name and in total. `oldest_due_seconds`: how long the oldest one is overdue."""
    names = [NameCount(**row) for row in await db.fetch(_SUMMARY, clock.now())]
    return Board(
        counts={
            column.value: sum(getattr(name, column.value) for name in names)
            for column in BoardColumn
        },
        oldest_due_seconds=max((name.oldest_due_seconds for name in names), default=0),
        names=names,
    )


async def list_jobs(shown: BoardColumn, cursor: str = "", size: int = PAGE_SIZE) -> Page[JobRow]:
    """Jobs of one column, oldest first. Raises NotFoundError for a bad cursor."""
    column = _ORDER[shown]
    after: tuple[datetime, uuid.UUID] | None = None
    if cursor:
        at, job_id = decode_cursor(cursor, instant, uuid.UUID)
        after = (at, job_id)
    rows = await db.fetch(
        "SELECT id, name, state, attempts, max_attempts, request_id, worker, last_error,"  # noqa: S608 (texts of ours)
        " created_at, due_at, started_at, ended_at FROM kit_job"
        f" WHERE {_CONDITIONS[shown]}"
        f" AND ($1::timestamptz IS NULL OR ({column}, id) > ($1, $2::uuid))"
        f" ORDER BY {column}, id LIMIT $3",
        *(after or (None, None)),
        size + 1,
    )
    return Page.of(
        [JobRow(**row) for row in rows], lambda row: (getattr(row, column), row.id), size
    )


async def try_again(job_id: uuid.UUID) -> str:
    """Make a failed job due at once and reset its attempts; returns its name."""
    now = clock.now()
    row = await db.fetch_one(
        "UPDATE kit_job SET state = 'due', attempts = 0, due_at = $2"
        " WHERE id = $1 AND state = 'failed' RETURNING name",
        job_id,
        now,
    )
    if row is None:
        raise await _not_failed(job_id)
    db.after_commit(partial(jobs.hint, job_id, row["name"], now))
    return str(row["name"])


async def give_up(job_id: uuid.UUID) -> str:
    """Give a failed job up: it is not retried any more. Returns its name."""
    row = await db.fetch_one(
        "UPDATE kit_job SET state = 'given_up', ended_at = $2"
        " WHERE id = $1 AND state = 'failed' RETURNING name",
        job_id,
        clock.now(),
    )
    if row is None:
        raise await _not_failed(job_id)
    return str(row["name"])


async def _not_failed(job_id: uuid.UUID) -> ConflictError | NotFoundError:
    if await db.fetch_one("SELECT 1 FROM kit_job WHERE id = $1", job_id):
        return ConflictError(gettext_lazy("このジョブは、いまは失敗の状態ではありません。"))
    return NotFoundError()
