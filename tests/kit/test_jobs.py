"""Enqueuing: part of the unit of work, coalesced by key, claimed by one."""

import asyncio
import uuid
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from enishi.kit import clock, db, job_leases
from enishi.kit.jobs import Job, UnknownVersionError, enqueue

LEASE = timedelta(seconds=30)


class WriteLetter(Job):
    name: ClassVar[str] = "tests.letter.write"
    max_attempts: ClassVar[int] = 3

    letter: int


class Recount(Job):
    name: ClassVar[str] = "tests.recount"
    max_attempts: ClassVar[int] = 3

    box: str

    def key(self) -> str:
        return self.box


class Renamed(Job):
    name: ClassVar[str] = "tests.renamed"
    version: ClassVar[int] = 2

    town: str

    @classmethod
    def upgrade(cls, version: int, payload: dict[str, Any]) -> dict[str, Any]:
        if version != 1:
            return super().upgrade(version, payload)
        return {"town": payload["village"]}


async def asked(job: Job, **when: Any) -> uuid.UUID:
    async with db.unit_of_work():
        return await enqueue(job, **when)


async def claimed(job_id: uuid.UUID) -> job_leases.LeasedJob | None:
    return await job_leases.claim(job_id, worker="tests", lease=LEASE)


async def state_of(job_id: uuid.UUID) -> str:
    [row] = await db.fetch("SELECT state FROM kit_job WHERE id = $1", job_id)
    return str(row["state"])


async def test_a_job_is_forgotten_with_the_work_that_asked_for_it() -> None:
    with pytest.raises(RuntimeError, match="refused"):
        async with db.unit_of_work():
            await enqueue(WriteLetter(letter=1))
            raise RuntimeError("refused")
    assert await db.fetch("SELECT 1 FROM kit_job") == []


@pytest.mark.usefixtures("own_database")
async def test_enqueueing_outside_a_unit_of_work_is_a_programming_error() -> None:
    with pytest.raises(RuntimeError, match="outside a unit of work"):
        await enqueue(WriteLetter(letter=1))


async def test_a_job_is_not_taken_before_it_is_due() -> None:
    job_id = await asked(WriteLetter(letter=1), due_at=clock.now() + timedelta(hours=1))
    assert await claimed(job_id) is None
    with clock.frozen_at(clock.now() + timedelta(hours=1)):
        assert await claimed(job_id) is not None


@pytest.mark.usefixtures("own_database")
async def test_of_many_workers_one_takes_a_job() -> None:
    job_id = await asked(WriteLetter(letter=1))
    runs = await asyncio.gather(*(claimed(job_id) for _ in range(8)))
    assert sum(run is not None for run in runs) == 1


async def test_a_lease_that_ran_out_lets_another_worker_take_the_job() -> None:
    job_id = await asked(WriteLetter(letter=1))
    first = await claimed(job_id)
    with clock.frozen_at(clock.now() + LEASE + timedelta(seconds=1)):
        second = await claimed(job_id)
    assert first is not None
    assert second is not None
    assert second.attempts == 2
    assert not await job_leases.renew(first, lease=LEASE)


async def test_who_lost_the_lease_changes_nothing_any_more() -> None:
    job_id = await asked(WriteLetter(letter=1))
    first = await claimed(job_id)
    with clock.frozen_at(clock.now() + LEASE + timedelta(seconds=1)):
        await claimed(job_id)
    assert first is not None
    await job_leases.done(first)
    assert await state_of(job_id) == "running"
    await job_leases.failed(first, "Late")
    assert await state_of(job_id) == "running"


async def test_a_failing_job_waits_longer_each_time_and_fails_after_its_last_attempt() -> None:
    job_id = await asked(WriteLetter(letter=1))
    now, waits = clock.now(), []
    for _ in range(WriteLetter.max_attempts):
        with clock.frozen_at(now):
            run = await claimed(job_id)
            assert run is not None
            due = await job_leases.failed(run, "ValueError")
        if due is not None:
            waits.append(due.due_at - now)
            now = due.due_at
    assert await state_of(job_id) == "failed"
    assert timedelta(seconds=5) <= waits[0] < waits[1] <= timedelta(seconds=12)
    [row] = await db.fetch("SELECT last_error, attempts FROM kit_job WHERE id = $1", job_id)
    assert row == {"last_error": "ValueError", "attempts": 3}


def test_the_delay_ends_at_an_hour_or_so() -> None:
    assert job_leases.delay_after(1_000) <= timedelta(hours=1.2)


async def test_a_job_that_kills_its_worker_each_time_fails_in_the_end() -> None:
    job_id = await asked(WriteLetter(letter=1))
    now = clock.now()
    for _ in range(WriteLetter.max_attempts):
        with clock.frozen_at(now):
            assert [due.id for due in await job_leases.find_due(10)] == [job_id]
            assert await claimed(job_id) is not None
        now += LEASE + timedelta(seconds=1)
    with clock.frozen_at(now):
        assert await job_leases.find_due(10) == []
        assert await claimed(job_id) is None
    assert await state_of(job_id) == "failed"


async def test_a_stopping_worker_hands_its_job_back_without_counting_the_attempt() -> None:
    job_id = await asked(WriteLetter(letter=1))
    run = await claimed(job_id)
    assert run is not None
    await job_leases.released(run)
    again = await claimed(job_id)
    assert again is not None
    assert again.attempts == 1


async def test_requests_with_one_key_share_a_row() -> None:
    first = await asked(Recount(box="a"))
    assert await asked(Recount(box="a")) == first
    assert await asked(Recount(box="b")) != first


async def test_a_request_during_the_run_makes_the_job_due_again_at_its_end() -> None:
    job_id = await asked(Recount(box="a"))
    run = await claimed(job_id)
    assert run is not None
    await asked(Recount(box="a"))
    assert await state_of(job_id) == "running"
    due = await job_leases.done(run)
    assert due is not None
    assert due.id == job_id
    second = await claimed(job_id)
    assert second is not None
    assert await job_leases.done(second) is None
    assert await state_of(job_id) == "done"


async def test_a_request_during_the_last_attempt_gives_new_attempts() -> None:
    job_id = await asked(Recount(box="a"))
    now = clock.now()
    for attempt in range(1, Recount.max_attempts + 1):
        with clock.frozen_at(now):
            run = await claimed(job_id)
            assert run is not None
            if attempt == Recount.max_attempts:
                await asked(Recount(box="a"))
            due = await job_leases.failed(run, "ValueError")
            assert due is not None
            now = max(now, due.due_at)
    with clock.frozen_at(now):
        again = await claimed(job_id)
    assert again is not None
    assert again.attempts == 1


async def test_a_new_request_does_not_cut_the_wait_of_a_failing_job_short() -> None:
    job_id = await asked(Recount(box="a"))
    run = await claimed(job_id)
    assert run is not None
    await job_leases.failed(run, "ValueError")
    await asked(Recount(box="a"))
    assert await claimed(job_id) is None


async def test_a_request_after_the_end_makes_the_job_due_anew() -> None:
    job_id = await asked(Recount(box="a"))
    run = await claimed(job_id)
    assert run is not None
    await job_leases.done(run)
    assert await asked(Recount(box="a")) == job_id
    assert await claimed(job_id) is not None


async def test_a_payload_of_an_older_version_is_brought_up_to_date() -> None:
    assert Renamed.read(1, {"village": "Satoyama"}) == Renamed(town="Satoyama")
    assert Renamed.read(2, {"town": "Satoyama"}) == Renamed(town="Satoyama")


async def test_a_payload_of_a_newer_version_is_refused() -> None:
    with pytest.raises(UnknownVersionError):
        Renamed.read(3, {"city": "Satoyama"})


async def test_what_is_over_is_forgotten_and_what_failed_is_kept() -> None:
    done, failed = await asked(WriteLetter(letter=1)), await asked(WriteLetter(letter=2))
    run = await claimed(done)
    assert run is not None
    await job_leases.done(run)
    await db.fetch(
        "UPDATE kit_job SET state = 'failed', ended_at = $2 WHERE id = $1", failed, clock.now()
    )
    assert await job_leases.prune(ended_before=clock.now() + timedelta(seconds=1)) == 1
    assert [row["id"] for row in await db.fetch("SELECT id FROM kit_job")] == [failed]
