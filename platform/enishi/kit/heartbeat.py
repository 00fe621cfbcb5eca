"""Heartbeats of the workers, which `enishi doctor` and /readyz read."""

from datetime import datetime, timedelta

from enishi.kit import clock, db
from enishi.kit.schema import Schema

INTERVAL = timedelta(seconds=10)
MISSED = timedelta(seconds=35)  # after three missed heartbeats a worker counts as dead


class Worker(Schema):
    worker: str
    version: str
    started_at: datetime
    seen_at: datetime

    def is_alive(self, now: datetime) -> bool:
        return now - self.seen_at < MISSED


async def beat(worker: str, version: str, started_at: datetime) -> None:
    await db.execute(
        "INSERT INTO kit_heartbeat (worker, version, started_at, seen_at) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (worker) DO UPDATE SET seen_at = EXCLUDED.seen_at",
        worker,
        version,
        started_at,
        clock.now(),
    )


async def stopped(worker: str) -> None:
    """Remove the heartbeat of a worker that ended normally, so that it is not reported as dead."""
    await db.execute("DELETE FROM kit_heartbeat WHERE worker = $1", worker)


async def list_workers() -> list[Worker]:
    """Every worker with a heartbeat of the last day, the latest first."""
    rows = await db.fetch(
        "SELECT worker, version, started_at, seen_at FROM kit_heartbeat"
        " WHERE seen_at > $1 ORDER BY seen_at DESC",
        clock.now() - timedelta(days=1),
    )
    return [Worker(**row) for row in rows]


async def count_living_workers() -> int:
    now = clock.now()
    return sum(worker.is_alive(now) for worker in await list_workers())


async def prune() -> None:
    await db.execute(
        "DELETE FROM kit_heartbeat WHERE seen_at < $1", clock.now() - timedelta(days=1)
    )
