"""Servers and workers are killed under load: nothing promised is lost, nothing else repeated."""

import asyncio
import os
import random
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
from tests.soak.stage import ROOT, Stage, staged

pytestmark = [pytest.mark.soak, pytest.mark.usefixtures("own_database")]
ROUNDS = int(os.environ.get("ENISHI_SOAK_ROUNDS", "24"))


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path) as found:
        yield found


@asynccontextmanager
async def asking(stage: Stage) -> AsyncIterator[set[str]]:
    """Chores and mails are asked for during the block; the numbers of those that were promised."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.soak.asker"),
        cwd=ROOT,
        env=stage.env,
        stdout=asyncio.subprocess.PIPE,
    )
    reading = asyncio.create_task(process.communicate())
    promised: set[str] = set()
    try:
        yield promised
        assert process.returncode is None, "the asker ended by itself"
    finally:
        if process.returncode is None:
            process.terminate()
        out, _ = await reading
        lines = [line.split() for line in out.decode().splitlines()]
        promised |= {line[1] for line in lines if len(line) == 2 and line[0] == "promised"}


async def chore_times(stage: Stage, event: str) -> dict[str, list[datetime]]:
    times: dict[str, list[datetime]] = {}
    for row in await stage.fetch(
        "SELECT number, seen FROM chore WHERE event = $1 ORDER BY seen", event
    ):
        times.setdefault(str(row["number"]), []).append(row["seen"])
    return times


async def disturb(stage: Stage, acts: list[str]) -> None:
    """One act after another, in an order that the seed tells, each while jobs are under way."""

    async def busy() -> bool:
        [row] = await stage.fetch(
            "SELECT count(*) AS running FROM kit_job WHERE state = 'running'"
            " AND lease_until > clock_timestamp()"
        )
        return bool(row["running"])

    seed = secrets.randbelow(1_000_000)
    print(f"seed {seed}")  # noqa: T201 (shown when the test fails)
    chance = random.Random(seed)  # noqa: S311 (an order of events, no secret)
    order = [acts[number % len(acts)] for number in range(ROUNDS)]
    chance.shuffle(order)
    for act in order:
        await asyncio.sleep(chance.uniform(0, 2))
        await stage.eventually(busy)
        await getattr(stage, act)()
        assert stage.worker.returncode is None, f"the worker ended by itself after {act}"


async def come_to_rest(stage: Stage) -> None:
    async def at_rest() -> bool:
        # What failed waits for its next attempt: the test does not wait for the delay.
        await stage.fetch(
            "UPDATE kit_job SET due_at = clock_timestamp() WHERE state = 'due'"
            " AND due_at > clock_timestamp()"
        )
        [row] = await stage.fetch(
            "SELECT count(*) AS open FROM kit_job WHERE state NOT IN ('done', 'given_up')"
        )
        return bool(row["open"] == 0)

    await stage.eventually(at_rest)


@pytest.mark.parametrize(
    "acts",
    [
        ["restart_valkey", "kill_valkey", "lose_valkey"],
        ["restart_postgres", "kill_postgres", "kill_worker"],
        ["restart_valkey", "lose_valkey", "restart_postgres", "kill_postgres", "kill_worker"],
    ],
    ids=["queue", "database and worker", "everything"],
)
async def test_nothing_promised_is_lost_and_only_what_was_in_flight_repeats(
    stage: Stage, acts: list[str]
) -> None:
    async with asking(stage) as promised:
        await disturb(stage, acts)
    assert promised
    await come_to_rest(stage)

    ended = await chore_times(stage, "ended")
    assert promised <= ended.keys(), "a chore was lost"
    assert promised <= stage.office.arrivals.keys(), "a mail was lost"
    begun = await chore_times(stage, "begun")
    repeated = [number for number, times in begun.items() if stage.unexplained(times)]
    repeated += [n for n, times in stage.office.arrivals.items() if stage.unexplained(times)]
    assert repeated == [], "something was repeated that was not in flight"
    chores = sum(len(times) - 1 for times in begun.values())
    mails = sum(len(times) - 1 for times in stage.office.arrivals.values())
    print(  # noqa: T201 (the figures of the run)
        f"{len(promised)} promised, {len(stage.disturbances)} disturbances,"
        f" {chores} chores and {mails} mails repeated"
    )
