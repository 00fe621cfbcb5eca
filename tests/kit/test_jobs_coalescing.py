"""However requests for a keyed job and its runs interleave, no request is lost."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enishi.kit import clock, db, job_leases
from enishi.kit.jobs import Job, enqueue

LEASE = timedelta(seconds=30)
STEPS = ("write", "claim", "count", "end", "fail", "die")


class Recount(Job):
    name: ClassVar[str] = "tests.ballots.recount"
    max_attempts: ClassVar[int] = 100

    box: str

    def key(self) -> str:
        return self.box


class BallotBox:
    """Writers drop ballots and ask for a recount; a worker counts at some point of its run."""

    def __init__(self) -> None:
        self.name = str(uuid.uuid4())
        self.now: datetime = clock.now()
        self.ballots = self.published = self.counted = 0
        self.job_id: uuid.UUID | None = None
        self.run: job_leases.LeasedJob | None = None

    async def take(self, step: str) -> None:
        with clock.frozen_at(self.now):
            await getattr(self, step)()

    async def write(self) -> None:
        self.ballots += 1
        async with db.unit_of_work():
            self.job_id = await enqueue(Recount(box=self.name))

    async def claim(self) -> None:
        if self.job_id and self.run is None:
            self.run = await job_leases.claim(self.job_id, worker="tests", lease=LEASE)
            self.counted = self.ballots

    async def count(self) -> None:
        self.counted = self.ballots

    async def end(self) -> None:
        if self.run:
            self.published = self.counted
            await job_leases.done(self.run)
            self.run = None

    async def fail(self) -> None:
        if self.run:
            await job_leases.failed(self.run, "ValueError")
            self.run = None

    async def die(self) -> None:
        self.run = None
        self.now += LEASE + timedelta(seconds=1)

    async def come_to_rest(self) -> None:
        """Run what is due until nothing is: at most a run for what failed and one for the dirt."""
        for _ in range(5):
            self.now += timedelta(hours=2)
            for step in ("die", "claim", "end"):
                await self.take(step)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.sampled_from(STEPS), max_size=25))
async def test_at_rest_every_ballot_is_published(steps: list[str]) -> None:
    box = BallotBox()
    for step in steps:
        await box.take(step)
    await box.come_to_rest()
    assert box.published == box.ballots


async def test_without_the_generation_a_ballot_would_be_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        job_leases, "_DONE", job_leases._DONE.replace("generation > running_generation", "false")
    )
    box = BallotBox()
    for step in ("write", "claim", "write", "end"):
        await box.take(step)
    await box.come_to_rest()
    assert box.published == box.ballots - 1
