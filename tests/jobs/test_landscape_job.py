"""The landscape job in a real worker: a process of its own computes, and a kill leaves nothing."""

import asyncio
import os
import random
import signal
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from tests.consultations.build import Dialogue
from tests.consultations.landscapes import cast, join, make_conversation, opinions
from tests.jobs.workroom import eventually, in_state, row_of, working
from tests.servers.harness import children_of

from enishi.consultations.landscape_runs import stored_runs, vote_log
from enishi.consultations.landscape_runs.packed_votes import PackedVotes
from enishi.consultations.landscape_runs.service import due
from enishi.consultations.landscape_runs.stored_parts import unpack_parts
from enishi.kit import clock, db
from enishi_jobs import kit
from enishi_jobs.computing import NICENESS

ROOT = Path(__file__).parents[2]
ROUNDS = 5
KILLS = 3
pytestmark = pytest.mark.usefixtures("queue")


async def conversation(people: int = 30) -> tuple[Dialogue, list[uuid.UUID]]:
    dialogue, statements = await make_conversation()
    voters = await join(dialogue, 2 * people)
    await cast(opinions(voters[:people], statements, 1) | opinions(voters[people:], statements, -1))
    return dialogue, statements


async def looked() -> uuid.UUID:
    """The id of the job that a look enqueued."""
    await due.look()
    found: uuid.UUID = await db.fetch_value(
        "SELECT id FROM kit_job WHERE name = 'consultations.landscape.refresh'"
    )
    return found


def computers() -> list[int]:
    """Child processes that give way to others as those do that compute."""
    found = []
    for pid in children_of(os.getpid()):
        with suppress(OSError):
            if os.getpriority(os.PRIO_PROCESS, pid) == NICENESS:
                found.append(pid)
    return found


async def computing() -> int:
    async def begun() -> bool:
        return bool(computers())

    await eventually(begun)
    return computers()[0]


async def test_a_run_is_computed_beside_the_worker_and_ends_with_it() -> None:
    dialogue, _ = await conversation()
    async with working():
        await in_state(await looked(), "done")
        assert computers()
    assert await stored_runs.find_last(dialogue.id) is not None

    async def none_left() -> bool:
        return not computers()

    await eventually(none_left)


@pytest.mark.soak
async def test_a_killed_computation_is_tried_again() -> None:
    dialogue, _ = await conversation()
    async with working():
        job_id = await looked()
        os.kill(await computing(), signal.SIGKILL)

        async def failed_once() -> bool:
            return (await row_of(job_id))["last_error"] == "BrokenProcessPool"

        await eventually(failed_once)
        assert await stored_runs.find_last(dialogue.id) is None
        await in_state(job_id, "done")
    assert await stored_runs.find_last(dialogue.id) is not None


@asynccontextmanager
async def worker_process() -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "enishi_jobs"),
        cwd=ROOT,
        env=os.environ | {"ENISHI_JOB_LEASE_SECONDS": "4"},
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def agrees_with_the_votes(dialogue: Dialogue) -> None:
    """The parts of the newest run, brought up to date, are the votes as they are."""
    last = await stored_runs.find_last(dialogue.id)
    assert last is not None
    kept, _ = unpack_parts(await stored_runs.list_parts(dialogue.id))
    async with vote_log.one_instant() as instant:
        changes = await vote_log.read_changes(instant, dialogue.id, last.read_tx)
        all_ = await vote_log.read_all(instant, dialogue.id)
    now = kept.changed(changes.participants, changes.numbers, changes.votes)
    wanted = PackedVotes.of(all_.participants, all_.rows, all_.numbers, all_.votes)
    assert np.array_equal(now.participants, wanted.participants)
    assert np.array_equal(now.codes, wanted.codes)


@pytest.mark.soak
async def test_a_worker_that_is_killed_at_any_point_publishes_each_run_once() -> None:
    dialogue, statements = await conversation()
    rng = random.Random(24)  # noqa: S311 (moments of kills)
    for round_ in range(1, ROUNDS + 1):
        job_id = await looked()
        for _ in range(KILLS):
            async with worker_process():
                # The worker takes about two seconds to start, and two more to compute.
                await asyncio.sleep(rng.uniform(1.0, 6.0))
            await kit.sweep()
        async with worker_process():
            await in_state(job_id, "done")
        numbers = await db.fetch(
            "SELECT number FROM consultations_landscape_run WHERE consultation_id = $1"
            " ORDER BY number",
            dialogue.id,
        )
        assert [row["number"] for row in numbers] == list(range(1, round_ + 1))
        await agrees_with_the_votes(dialogue)
        await db.execute(
            "UPDATE consultations_landscape_run SET published_at = $1",
            clock.now() - timedelta(minutes=11),
        )
        await cast(opinions(await join(dialogue, 25), statements, (-1) ** round_, seed=round_))
        await agrees_with_the_votes(dialogue)
