"""The worker with a real queue: hints arrive, lost ones are found, restarts are outlived."""

import asyncio
import os
import signal
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.jobs.chores import Chore, Tidy
from tests.jobs.workroom import (
    asked,
    asked_without_hint,
    events_of,
    eventually,
    in_state,
    row_of,
    working,
)

from enishi.kit import clock, db, heartbeat, jobs, mail
from enishi_jobs import kit

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.usefixtures("queue")


@asynccontextmanager
async def worker_process(**environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker of its own process; whatever is left of it at the end is killed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.jobs.chores_worker"),
        cwd=ROOT,
        env=os.environ | {"ENISHI_JOB_LEASE_SECONDS": "1"} | environment,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def begun(number: int) -> None:
    async def reached() -> bool:
        return "begun" in await events_of(number)

    await eventually(reached)


async def test_a_job_runs_after_the_commit_that_asked_for_it() -> None:
    async with working():
        job_id = await asked(Chore(number=1))
        await in_state(job_id, "done")
    assert await events_of(1) == ["begun", "ended"]


async def test_nothing_leaves_before_the_commit_or_after_a_rollback(queue: Any) -> None:
    async with db.unit_of_work():
        await jobs.enqueue(Chore(number=1))
        assert await queue.zcard(jobs.Lane.ORDINARY.queue) == 0
    assert await queue.zcard(jobs.Lane.ORDINARY.queue) == 1
    with pytest.raises(ZeroDivisionError):
        async with db.unit_of_work():
            await jobs.enqueue(Chore(number=2))
            raise ZeroDivisionError
    assert await queue.zcard(jobs.Lane.ORDINARY.queue) == 1


async def test_a_job_that_is_due_later_starts_by_itself() -> None:
    async with working():
        due_at = clock.now() + timedelta(seconds=1)
        job_id = await asked(Chore(number=1), due_at=due_at)
        await in_state(job_id, "done")
    assert (await row_of(job_id))["started_at"] >= due_at


async def test_the_sweep_finds_a_job_whose_hint_was_lost() -> None:
    async with working():
        job_id = await asked_without_hint(Chore(number=1))
        await kit.sweep()
        await in_state(job_id, "done")


async def test_sweeping_twice_sends_one_hint(queue: Any) -> None:
    await asked_without_hint(Chore(number=1))
    await kit.sweep()
    await kit.sweep()
    # Two sweeps in different minutes may send two; a third is then of one of the two minutes.
    await kit.sweep()
    assert await queue.zcard(jobs.Lane.ORDINARY.queue) <= 2


async def test_a_queue_that_cannot_be_reached_refuses_no_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await jobs.close()
    broken = jobs.RedisSettings(unix_socket_path="/nonexistent/valkey.sock", conn_retries=0)
    monkeypatch.setattr(jobs, "queue_settings", lambda **_: broken)
    job_id = await asked(Chore(number=1))
    assert (await row_of(job_id))["state"] == "due"
    await jobs.close()


async def test_many_requests_with_one_key_are_served_by_few_runs() -> None:
    async with working():
        for _ in range(20):
            job_id = await asked(Tidy(room=1))
        await in_state(job_id, "done")
    assert 1 <= len(await events_of(1)) <= 20


async def test_the_job_of_a_killed_worker_is_run_again_by_another() -> None:
    job_id = await asked(Chore(number=1, seconds=3600))
    async with worker_process() as first:
        await begun(1)
        first.send_signal(signal.SIGKILL)
        await first.wait()
    await db.fetch("""UPDATE kit_job SET payload = '{"number": 1}' WHERE id = $1""", job_id)
    async with worker_process():
        await in_state(job_id, "done")
    assert await events_of(1) == ["begun", "begun", "ended"]
    assert (await row_of(job_id))["attempts"] == 2


async def test_a_stopping_worker_lets_its_job_end() -> None:
    job_id = await asked(Chore(number=1, seconds=1))
    async with worker_process() as process:
        await begun(1)
        process.terminate()
        assert await process.wait() == 0
    assert await events_of(1) == ["begun", "ended"]
    assert (await row_of(job_id))["state"] == "done"
    assert await heartbeat.list_workers() == []


async def test_a_living_worker_is_known_by_its_heartbeat() -> None:
    assert await heartbeat.count_living_workers() == 0

    async def alive() -> bool:
        return await heartbeat.count_living_workers() == 1

    async with working():
        await eventually(alive)


async def test_a_mail_is_sent_by_the_worker() -> None:
    async with working():
        async with db.unit_of_work():
            mail_id = await mail.send(
                mail.Mail(
                    kind="tests.greeting",
                    subject_key=str(uuid.uuid4()),
                    to="hanako@example.org",
                    language=mail.Language.JA,
                    subject="件名",
                    text="本文",
                )
            )
        assert mail_id is not None

        async def sent() -> bool:
            row = await mail.find_mail(mail_id)
            return row is not None and row.state == "sent"

        await eventually(sent)


async def test_the_nightly_cleaning_runs_on_an_empty_house() -> None:
    await kit.prune()
