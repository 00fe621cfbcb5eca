"""One job, one lease, and an end that is written down."""

import asyncio
import uuid
from datetime import timedelta

import pytest
import structlog
from tests.jobs.chores import Chore, Poison, TooLong, Unheard
from tests.jobs.workroom import asked, asked_without_hint, events_of, eventually, row_of

from enishi.kit import clock, db, job_leases
from enishi.kit.logs import current_request_id, set_request_id
from enishi_jobs import registry
from enishi_jobs.runner import Runner

pytestmark = pytest.mark.usefixtures("chore_table")
LEASE = timedelta(seconds=30)


@pytest.fixture
def runner() -> Runner:
    return Runner("tests", LEASE)


async def test_a_job_runs_once_and_is_done(runner: Runner) -> None:
    job_id = await asked(Chore(number=1))
    await runner.run(job_id)
    await runner.run(job_id)
    assert await events_of(1) == ["begun", "ended"]
    assert (await row_of(job_id))["state"] == "done"


async def test_a_hint_at_a_job_that_is_gone_is_no_error(runner: Runner) -> None:
    await runner.run(uuid.uuid4())


async def test_a_failing_job_is_tried_later_and_then_given_to_the_operator(runner: Runner) -> None:
    job_id = await asked_without_hint(Poison(number=1))
    await runner.run(job_id)
    row = await row_of(job_id)
    assert (row["state"], row["last_error"], row["attempts"]) == ("due", "ValueError", 1)
    with clock.frozen_at(row["due_at"]):
        await runner.run(job_id)
    assert (await row_of(job_id))["state"] == "failed"


async def test_the_log_says_where_a_job_failed_but_not_what_its_error_says(runner: Runner) -> None:
    job_id = await asked_without_hint(Poison(number=1))
    with structlog.testing.capture_logs() as lines:
        await runner.run(job_id)
    [line] = [line for line in lines if line["event"] == "jobs.job.failed"]
    assert line["error"] == "ValueError"
    assert "chores.py" in str(line["frames"])
    assert "花子" not in str(lines)


async def test_a_job_nobody_knows_waits_for_a_worker_that_does(runner: Runner) -> None:
    job_id = await asked_without_hint(Unheard())
    await runner.run(job_id)
    row = await row_of(job_id)
    assert (row["state"], row["last_error"]) == ("due", "UnknownJobError")


async def test_a_job_nobody_knows_uses_up_no_attempts_and_has_failed_after_a_day(
    runner: Runner,
) -> None:
    job_id = await asked_without_hint(Unheard())
    for _ in range(3):
        due_at = (await row_of(job_id))["due_at"]
        with clock.frozen_at(due_at):
            await runner.run(job_id)
        row = await row_of(job_id)
        assert (row["state"], row["attempts"]) == ("due", 0)
        assert row["due_at"] - due_at >= timedelta(minutes=5)
    with clock.frozen_at(row["created_at"] + timedelta(days=1, minutes=1)):
        await runner.run(job_id)
    assert (await row_of(job_id))["state"] == "failed"


async def test_a_payload_of_an_unknown_version_waits_for_a_worker_that_reads_it(
    runner: Runner,
) -> None:
    job_id = await asked_without_hint(Chore(number=1))
    await db.fetch("UPDATE kit_job SET version = 7 WHERE id = $1", job_id)
    await runner.run(job_id)
    row = await row_of(job_id)
    assert (row["state"], row["last_error"]) == ("due", "UnknownVersionError")
    assert row["attempts"] == 0
    assert await events_of(1) == []


async def test_a_payload_that_does_not_fit_its_contract_fails_the_attempt(runner: Runner) -> None:
    job_id = await asked_without_hint(Chore(number=1))
    await db.fetch("""UPDATE kit_job SET payload = '{"number": "x"}' WHERE id = $1""", job_id)
    await runner.run(job_id)
    assert (await row_of(job_id))["last_error"] == "ValidationError"


async def test_a_job_that_takes_too_long_is_ended(runner: Runner) -> None:
    job_id = await asked_without_hint(TooLong())
    await runner.run(job_id)
    assert (await row_of(job_id))["last_error"] == "TimeoutError"


async def test_a_long_job_keeps_its_lease() -> None:
    job_id = await asked_without_hint(Chore(number=1, seconds=1))
    runner = Runner("tests", timedelta(seconds=0.3))
    running = asyncio.create_task(runner.run(job_id))
    while not running.done():
        await asyncio.sleep(0.1)
        for due in await job_leases.find_due(10):
            await Runner("other", LEASE).run(due.id)
    assert await events_of(1) == ["begun", "ended"]
    assert (await row_of(job_id))["attempts"] == 1


async def test_a_run_that_lost_its_lease_stops() -> None:
    job_id = await asked_without_hint(Chore(number=1, seconds=3600))
    running = asyncio.create_task(Runner("tests", timedelta(seconds=0.3)).run(job_id))

    async def begun() -> bool:
        return await events_of(1) == ["begun"]

    await eventually(begun)
    await db.fetch("UPDATE kit_job SET lease_id = $2 WHERE id = $1", job_id, uuid.uuid4())
    await running
    row = await row_of(job_id)
    assert (row["state"], row["last_error"]) == ("running", "")
    assert await events_of(1) == ["begun"]


async def test_a_cancelled_run_hands_its_job_back(runner: Runner) -> None:
    job_id = await asked_without_hint(Chore(number=1, seconds=3600))
    running = asyncio.create_task(runner.run(job_id))

    async def begun() -> bool:
        return await events_of(1) == ["begun"]

    await eventually(begun)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    row = await row_of(job_id)
    assert (row["state"], row["attempts"]) == ("due", 0)


async def test_a_job_bears_the_request_it_came_from(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = []

    async def listen(_: Unheard) -> None:
        heard.append(current_request_id())

    monkeypatch.setitem(registry.HANDLERS, Unheard.name, registry.Binding(Unheard, listen))
    set_request_id("request-7")
    job_id = await asked_without_hint(Unheard())
    set_request_id("")
    await runner.run(job_id)
    assert heard == ["request-7"]
