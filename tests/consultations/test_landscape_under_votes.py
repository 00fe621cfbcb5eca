"""Sixty-four clients vote while runs are published: each page agrees with the run it names."""

import asyncio
import random
import re
import uuid
from datetime import timedelta

import httpx
import pytest
from tests.consultations.build import Dialogue
from tests.consultations.landscapes import cast, compute, join, make_conversation, opinions

from enishi.consultations.core import queries as consultations
from enishi.consultations.landscape_runs import queries, stored_result, verification
from enishi.consultations.landscape_runs.schemas import LandscapeView
from enishi.consultations.landscape_runs.service import due, runs
from enishi.kit import clock, db, page_cache
from enishi.landscape.figures import whole_percent

CLIENTS = 64
RUNS = 5
_NAMED = re.compile(r"計算 (\d+) 回目、入力のハッシュ値 ([0-9a-f]{12})")
pytestmark = pytest.mark.usefixtures("own_database")


async def vote_on(
    statements: list[uuid.UUID], voter: uuid.UUID, side: int, stopping: asyncio.Event
) -> None:
    """One client: a whole ballot, then change after change."""
    rng = random.Random(voter.int)  # noqa: S311 (votes of a test)
    await cast(opinions([voter], statements, side))
    while not stopping.is_set():
        await cast({(voter, rng.choice(statements)): rng.choice([-1, 0, 1])})
        await asyncio.sleep(0.05)  # a client waits for an answer before the next vote


async def publish(dialogue: Dialogue, number: int) -> None:
    """The next run, as soon as twenty people have voted since the one before."""
    with clock.frozen_at(clock.now() + timedelta(minutes=11 * number)):
        while True:
            await due.look()
            found = await runs.refresh(dialogue.id, compute)
            if found is not None:
                assert found == number
                return
            await asyncio.sleep(0.05)  # votes arrive


async def read(
    visitor: httpx.AsyncClient, dialogue: Dialogue, stopping: asyncio.Event
) -> tuple[list[LandscapeView], set[tuple[int, str]]]:
    """What is shown meanwhile: views, and what pages say of their run."""
    views, named = [], set()
    while not stopping.is_set():
        consultation = await consultations.find_published(dialogue.slug)
        assert consultation is not None
        view = await queries.find_view(consultation)
        page_cache.invalidate()
        page = await visitor.get(f"/ja/dialogues/{dialogue.slug}/results")
        assert page.status_code == 200
        if view is not None:
            views.append(view)
        named |= {(int(number), digest) for number, digest in _NAMED.findall(page.text)}
        await asyncio.sleep(0.02)  # a reader, not a loop
    return views, named


async def test_what_is_shown_agrees_with_its_run(visitor: httpx.AsyncClient) -> None:
    dialogue, statements = await make_conversation()
    voters = await join(dialogue, CLIENTS)
    stopping = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for index, voter in enumerate(voters):
            group.create_task(vote_on(statements, voter, index % 2 * 2 - 1, stopping))
        reading = group.create_task(read(visitor, dialogue, stopping))
        for number in range(1, RUNS + 1):
            await publish(dialogue, number)
            assert (await verification.verify_stored(dialogue.id)).differences == ()
        stopping.set()
    views, named = reading.result()
    stored = {
        row["number"]: row
        for row in await db.fetch(
            "SELECT number, input_hash, result_version, result, votes"
            " FROM consultations_landscape_run"
        )
    }
    assert {number for number, _ in named} & set(stored)
    assert named <= {(number, row["input_hash"][:12]) for number, row in stored.items()}
    assert len({view.stamp.number for view in views}) > 1
    for view in views:
        row = stored[view.stamp.number]
        assert view.stamp.input_hash == row["input_hash"]
        assert_agrees(view, stored_result.decode(row["result_version"], row["result"]))
    for row in stored.values():
        result = stored_result.decode(row["result_version"], row["result"])
        assert result.counts.sum() == row["votes"]


def assert_agrees(view: LandscapeView, result: stored_result.RunResult) -> None:
    """Each share that is shown is that of the run's own counts."""
    order = result.letters.argsort(kind="stable")
    columns = {number: index for index, number in enumerate(result.numbers.tolist())}
    for each in view.statements:
        for group, share in zip(order.tolist(), each.shares, strict=True):
            counts = result.group_counts[group, columns[each.statement.number]]
            if share is not None:
                assert share.agree == whole_percent(int(counts[2]), int(counts.sum()))
                assert share.disagree == whole_percent(int(counts[0]), int(counts.sum()))
