"""Vote totals move in steps, and every reader outside reads the same step."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.consultations.build import (
    Dialogue,
    invalidate,
    make_dialogue,
    make_participant,
    make_statement,
    put_vote,
)
from tests.fixtures.accounts import actor_of, make_account

from enishi.consultations.core import queries as consultations
from enishi.consultations.participation import service as participation
from enishi.consultations.voting import results, vote_steps
from enishi.consultations.voting.schemas import VoteSums
from enishi.consultations.voting.writer import VoteWriter
from enishi.kit import clock, db

START = datetime(2026, 11, 24, 3, tzinfo=clock.TOKYO)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def started() -> Iterator[None]:
    with clock.frozen_at(START):
        yield


@asynccontextmanager
async def later(wait: timedelta) -> AsyncIterator[None]:
    """That long after the start: the worker looks whether a step is due."""
    with clock.frozen_at(START + wait):
        await vote_steps.take_due()
        invalidate()
        yield


async def vote(dialogue: Dialogue, statement: UUID, people: int, value: int = 1) -> None:
    """That many new people vote."""
    for _ in range(people):
        await put_vote(await make_participant(dialogue), statement, value)


async def public_sums(visitor: httpx.AsyncClient, dialogue: Dialogue) -> set[int | None]:
    """What page, table, API and file say about agreement with the only statement."""
    at = f"/ja/dialogues/{dialogue.slug}"
    page = (await visitor.get(f"{at}/statements")).text
    words = re.search(r"賛成 (\d+)（", page)
    cells = re.search(r"<td[^>]*>(\d+)</td>\s*<td[^>]*>\d+</td>\s*<td[^>]*>\d+</td>", page)
    [item] = (await visitor.get(f"/api/v1/dialogues/{dialogue.slug}/statements")).json()["items"]
    row = (await visitor.get(f"{at}/statements.csv")).text.splitlines()[1].split(",")
    total = re.search(r"(\d+) 票", (await visitor.get(at)).text)
    return {
        int(words[1]) if words else None,
        int(cells[1]) if cells else None,
        item["agrees"],
        int(row[3]) if row[3] else None,
        int(total[1]) if total else None,
    }


@pytest.mark.usefixtures("started")
async def test_totals_appear_with_twenty_people_and_stand_until_the_next_step(
    visitor: httpx.AsyncClient,
) -> None:
    dialogue = await make_dialogue()
    statement = await make_statement(dialogue)
    await vote(dialogue, statement, 19)
    async with later(timedelta()):
        assert await public_sums(visitor, dialogue) == {None}
        page = (await visitor.get(f"/ja/dialogues/{dialogue.slug}/statements")).text
        assert "20人の投票がたまると、集計を表示します" in page
    await vote(dialogue, statement, 1)
    async with later(MINUTE):
        assert await public_sums(visitor, dialogue) == {20}
        page = (await visitor.get(f"/ja/dialogues/{dialogue.slug}/statements")).text
        assert "3時01分現在の集計です" in page
    await vote(dialogue, statement, 19)
    async with later(30 * MINUTE):  # time alone is not enough
        assert await public_sums(visitor, dialogue) == {20}
    await vote(dialogue, statement, 1)
    async with later(31 * MINUTE):
        assert await public_sums(visitor, dialogue) == {40}
    await vote(dialogue, statement, 25)
    async with later(40 * MINUTE):  # people alone are not enough
        assert await public_sums(visitor, dialogue) == {40}
    async with later(41 * MINUTE):
        assert await public_sums(visitor, dialogue) == {65}


@pytest.mark.usefixtures("started")
async def test_the_last_day_is_quiet_and_the_close_publishes_the_last_step(
    visitor: httpx.AsyncClient,
) -> None:
    dialogue = await make_dialogue()  # closes a week after the start
    statement = await make_statement(dialogue)
    await vote(dialogue, statement, 25)
    week = timedelta(days=7)
    async with later(week - timedelta(days=1)):
        assert await public_sums(visitor, dialogue) == {None}
    async with later(week):  # votes that were cast in time may still arrive
        assert await public_sums(visitor, dialogue) == {None}
    async with later(week + MINUTE):
        assert await public_sums(visitor, dialogue) == {25}
        assert await vote_steps.take_due() == 0
    async with later(week + 60 * MINUTE):
        assert await public_sums(visitor, dialogue) == {25}


@pytest.mark.usefixtures("started")
async def test_the_close_publishes_also_few_votes(visitor: httpx.AsyncClient) -> None:
    dialogue = await make_dialogue()
    await vote(dialogue, await make_statement(dialogue), 3)
    async with later(timedelta(days=7) + MINUTE):
        assert await public_sums(visitor, dialogue) == {3}


@pytest.mark.usefixtures("started")
async def test_twenty_are_people_and_not_votes_cookies_or_hidden_cards(
    visitor: httpx.AsyncClient,
) -> None:
    dialogue = await make_dialogue()
    statement, second = [await make_statement(dialogue) for _ in range(2)]
    hidden = await make_statement(dialogue, state="hidden")
    await vote(dialogue, hidden, 25)
    guest = await make_participant(dialogue)
    await put_vote(guest, statement, 1)
    await vote(dialogue, statement, 17)
    actor = await actor_of(await make_account())
    ref = await consultations.find_by_slug(dialogue.slug)
    assert ref
    account = await participation.join(actor, ref)
    await put_vote(account, second, 1)
    await vote_steps.take_due()  # reads guest and account before they are one
    await participation.claim(actor, ref, guest)
    await vote(dialogue, second, 1)  # 17, the one that was two, and this one
    async with later(MINUTE):
        assert await step_of(dialogue) is None
    await vote(dialogue, second, 1)
    async with later(MINUTE):
        step = await step_of(dialogue)
        assert step
        [first, other] = (await results.list_counted(dialogue.id, step)).rows
        assert first.sums == VoteSums(agrees=18, disagrees=0, passes=0)
        assert other.sums == VoteSums(agrees=3, disagrees=0, passes=0)
    assert await vote_steps.drift() == 0


async def step_of(dialogue: Dialogue) -> Any:
    return await results.find_step(dialogue.id)


@pytest.mark.usefixtures("started")
async def test_a_card_that_came_after_the_step_has_no_sum_and_not_zero(
    visitor: httpx.AsyncClient,
) -> None:
    dialogue = await make_dialogue()
    await vote(dialogue, await make_statement(dialogue), 20)
    await vote_steps.take_due()
    late = await make_statement(dialogue, "あとから")
    await vote(dialogue, late, 3)
    invalidate()
    page = (await visitor.get(f"/ja/dialogues/{dialogue.slug}/statements")).text
    assert page.count("次の集計から表示します") == 1
    api = (await visitor.get(f"/api/v1/dialogues/{dialogue.slug}/statements")).json()["items"]
    assert [item["agrees"] for item in api] == [20, None]
    file = (await visitor.get(f"/ja/dialogues/{dialogue.slug}/statements.csv")).text
    assert ",あとから,ja,,,,0," in file


async def test_a_file_that_is_being_sent_keeps_its_step() -> None:
    with clock.frozen_at(START):
        dialogue = await make_dialogue()
        statement = await make_statement(dialogue)
        await vote(dialogue, statement, 20)
        await vote_steps.take_due()
        step = await step_of(dialogue)
    for days in (1, 2):
        await vote(dialogue, statement, 20)
        with clock.frozen_at(START + timedelta(days=days)):
            await vote_steps.take_due()
        if days == 1:
            [row] = (await results.list_counted(dialogue.id, step)).rows
            assert row.sums == VoteSums(agrees=20, disagrees=0, passes=0)
    rows = await db.fetch("SELECT number FROM consultations_vote_step ORDER BY number")
    assert [row["number"] for row in rows] == [2, 3]


@pytest.mark.usefixtures("started")
async def test_a_draft_and_a_withdrawn_dialogue_publish_nothing() -> None:
    now = clock.now()
    for changes in (
        {"published_at": None},
        {"withdrawn_at": now, "withdrawn_reason": {"ja": "誤り", "en": "", "easy_ja": ""}},
    ):
        dialogue = await make_dialogue(**changes)
        await vote(dialogue, await make_statement(dialogue), 25)
        async with later(timedelta(days=7) + MINUTE):
            assert await step_of(dialogue) is None


async def test_votes_that_commit_while_the_log_is_read_are_counted_once(own_database: None) -> None:
    """Two writers, and a reader that looks all the time: sums equal a recount, each vote once."""
    dialogue = await make_dialogue()
    statements = [await make_statement(dialogue) for _ in range(3)]
    people = [await make_participant(dialogue) for _ in range(30)]
    writers = [VoteWriter(slot=slot) for slot in (0, 1)]
    for writer in writers:
        await writer.start()
    done = asyncio.Event()

    async def read() -> None:
        while not done.is_set():
            await vote_steps.take_due()

    reader = asyncio.create_task(read())
    for value in (1, -1, None, 0):
        await asyncio.gather(
            *(
                writers[number % 2].cast(person, statement, value)
                for number, person in enumerate(people)
                for statement in statements
            )
        )
    done.set()
    await reader
    for writer in writers:
        await writer.stop()
    assert await vote_steps.drift() == 0
    [row] = await db.fetch("SELECT sum(passes) AS passes FROM consultations_counted_votes")
    assert row["passes"] == 90


async def test_a_vote_of_a_long_transaction_is_counted_when_it_commits(own_database: None) -> None:
    """Its transaction number is below those that were read already: a watermark would miss it."""
    dialogue = await make_dialogue()
    cards = [await make_statement(dialogue) for _ in range(2)]
    first, second = [await make_participant(dialogue) for _ in range(2)]
    written, read = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with db.unit_of_work():
            await put_vote(first, cards[0], 1)
            written.set()
            await read.wait()

    task = asyncio.create_task(slow())
    await written.wait()
    async with db.unit_of_work():
        await put_vote(second, cards[1], 1)
    await vote_steps.take_due()
    read.set()
    await task
    await vote_steps.take_due()
    rows = await db.fetch("SELECT statement_id, agrees FROM consultations_counted_votes")
    assert {row["statement_id"]: row["agrees"] for row in rows} == dict.fromkeys(cards, 1)


async def test_in_a_restored_database_the_votes_are_counted_anew(own_database: None) -> None:
    dialogue = await make_dialogue()
    statement = await make_statement(dialogue)
    await vote(dialogue, statement, 5)
    await vote_steps.take_due()
    await db.execute(
        "UPDATE consultations_vote_log_position SET cluster = 'another',"
        " snapshot = '900000000:900000000:'"
    )
    await vote(dialogue, statement, 2)
    await vote_steps.take_due()
    await vote(dialogue, statement, 1)
    assert await vote_steps.drift() == 0
