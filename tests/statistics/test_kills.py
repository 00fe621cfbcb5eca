"""The worker is killed between any two of its steps: facts equal a recount, releases are whole."""

import asyncio
import os
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.consultations.build import Dialogue, make_dialogue, make_participant, make_statement
from tests.statistics.random_dialogue import MERGE
from tests.statistics.settled import collect, settle

from enishi import wiring
from enishi.consultations.core.kinds import ActKind
from enishi.consultations.participation import activity_log
from enishi.consultations.voting.vote_sql import WRITE_AND_WITHDRAW
from enishi.kit import clock, db, ids
from enishi.relations import service as relations
from enishi.relations.schemas import Reason, Registrant, RegistrationForm
from enishi.statistics.service import facts

_ROOT = Path(__file__).parents[2]
_PATIENCE = 60.0
pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
async def doomed() -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.statistics.doomed"),
        cwd=_ROOT,
        env=dict(os.environ),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    yield process
    process.kill()
    await process.wait()


async def _told(process: asyncio.subprocess.Process, step: int) -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{step}\n".encode())
    line = await asyncio.wait_for(process.stdout.readline(), _PATIENCE)
    return line.decode().strip()


async def _something_happens(made: Dialogue, statement: uuid.UUID) -> uuid.UUID:
    """An act for each of three sources; answers the guest who took part."""
    person = await make_participant(made)
    await activity_log.append(ActKind.STARTED, person, clock.now())
    await db.fetch(WRITE_AND_WITHDRAW, [person], [statement], [1], [clock.now()], 0)
    form = RegistrationForm(municipality="212172", reasons=[Reason.TRAVEL])
    await relations.register(Registrant(account_id=ids.new_id()), form)
    return person


async def _kill_at(process: asyncio.subprocess.Process, every: int) -> int:
    """Kill at every so many steps until the work ends; answers how many rounds that took.

    The guest of each round is another's acts in the next one: an account claims them all.
    """
    made = await make_dialogue()
    statement = await make_statement(made)
    account = await make_participant(made, "account")
    rounds, step, seen = 0, 1, set[int]()
    guest: uuid.UUID | None = None
    while True:
        if guest is not None:
            await db.execute(MERGE, guest, account)
        guest = await _something_happens(made, statement)
        rounds += 1
        told = await _told(process, step)
        drifts = await facts.recount(wiring.FACT_SOURCES)
        assert [each for each in drifts if each.missing or each.surplus] == [], step
        seen.add(await db.fetch_value("SELECT count(*) FROM statistics_cube_release"))
        if told != "killed":
            assert told == "ended 0"
            assert len(seen - {0}) == 1  # all that was due at once, or nothing
            return rounds
        step += every


async def _all_is_counted(rounds: int) -> None:
    await collect()
    rows = await db.fetch("SELECT kind, sum(amount) AS times FROM statistics_fact GROUP BY kind")
    assert {row["kind"]: row["times"] for row in rows} == dict.fromkeys(
        ("participation.started", "vote.cast", "registration.opened"), rounds
    )
    # Of all these guests the account is one person, and the last guest is another.
    persons = await db.fetch(
        "SELECT person_key FROM statistics_person_first WHERE subject_kind = 'consultation'"
    )
    assert len(persons) == 2


async def test_a_worker_killed_at_some_of_its_steps_leaves_facts_that_equal_a_recount(
    doomed: asyncio.subprocess.Process,
) -> None:
    rounds = await _kill_at(doomed, every=12)
    assert rounds > 3
    await _all_is_counted(rounds)


@pytest.mark.soak
async def test_a_worker_killed_at_each_of_its_steps_leaves_facts_that_equal_a_recount(
    doomed: asyncio.subprocess.Process,
) -> None:
    rounds = await _kill_at(doomed, every=1)
    assert rounds > 20
    await _all_is_counted(rounds)


async def test_facts_and_watermark_in_two_transactions_would_have_been_found_out() -> None:
    """The negative control: the watermark moves first, and then the worker dies."""
    made = await make_dialogue()
    statement = await make_statement(made)
    await facts.collect(wiring.FACT_SOURCES)
    await _something_happens(made, statement)
    await settle()
    await db.fetch("UPDATE statistics_watermark SET tx = pg_snapshot_xmin(pg_current_snapshot())")
    await facts.collect(wiring.FACT_SOURCES)
    missing = {each.source: each.missing for each in await facts.recount(wiring.FACT_SOURCES)}
    assert sum(missing[source.name] for source in wiring.FACT_SOURCES) == 3
