"""The vote writer with real commits and several writers at once."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from tests.consultations.build import Dialogue, make_dialogue, make_participant, make_statement

from enishi.consultations.voting import results
from enishi.consultations.voting.errors import VoteRefusedError
from enishi.consultations.voting.writer import VoteWriter
from enishi.kit import clock, db
from enishi.kit.errors import UnavailableError


@asynccontextmanager
async def writing(*slots: int, max_queued: int = 5000) -> AsyncIterator[list[Any]]:
    writers = [VoteWriter(slot=slot, max_queued=max_queued) for slot in slots or (0,)]
    for writer in writers:
        await writer.start()
    try:
        yield writers
    finally:
        for writer in writers:
            await writer.stop()


@pytest.fixture
async def dialogue(own_database: None) -> Dialogue:
    return await make_dialogue()


async def votes_of(statement_id: uuid.UUID) -> list[int]:
    rows = await db.fetch(
        "SELECT value FROM consultations_vote WHERE statement_id = $1", statement_id
    )
    return [row["value"] for row in rows]


async def sums_of(statement_id: uuid.UUID) -> tuple[int, int, int]:
    [row] = await db.fetch(
        "SELECT coalesce(sum(agrees), 0)::int a, coalesce(sum(disagrees), 0)::int d,"
        " coalesce(sum(passes), 0)::int p FROM consultations_tally WHERE statement_id = $1",
        statement_id,
    )
    return row["a"], row["d"], row["p"]


async def drift() -> list[dict[str, Any]]:
    return await results.drift()


async def test_200_parallel_votes_of_one_person_leave_one_row_and_exact_sums(
    dialogue: Dialogue,
) -> None:
    statement_id = await make_statement(dialogue)
    person = await make_participant(dialogue)
    async with writing(0, 1, 2) as writers:
        await asyncio.gather(
            *(writers[i % 3].cast(person, statement_id, (1, -1, 0)[i % 7 % 3]) for i in range(200))
        )
    [value] = await votes_of(statement_id)
    assert await sums_of(statement_id) == tuple(int(value == each) for each in (1, -1, 0))
    assert await drift() == []


async def test_control_reading_before_writing_miscounts_the_same_200_votes(
    dialogue: Dialogue,
) -> None:
    """Negative control: a read before the write, as the one SQL statement avoids."""
    statement_id = await make_statement(dialogue)
    person = await make_participant(dialogue)
    looked = asyncio.Barrier(8)

    async def naive(value: int) -> None:
        before = await votes_of(statement_id)
        await looked.wait()
        await db.fetch(
            "INSERT INTO consultations_vote VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (participant_id, statement_id) DO UPDATE SET value = EXCLUDED.value",
            person,
            statement_id,
            value,
            clock.now(),
        )
        if not before:
            await db.fetch(
                "INSERT INTO consultations_tally VALUES ($1, 0, 1, 0, 0)"
                " ON CONFLICT (statement_id, slot) DO UPDATE"
                " SET agrees = consultations_tally.agrees + 1",
                statement_id,
            )

    await asyncio.gather(*(naive(1) for _ in range(200)))
    assert await sums_of(statement_id) != (1, 0, 0)
    assert await drift() != []


async def test_many_people_changing_their_minds_through_three_writers_are_summed_exactly(
    dialogue: Dialogue,
) -> None:
    statements = [await make_statement(dialogue) for _ in range(5)]
    people = [await make_participant(dialogue) for _ in range(40)]
    async with writing(0, 1, 1) as writers:
        for round_ in range(4):
            await asyncio.gather(
                *(
                    writers[(i + round_) % 3].cast(
                        person, statement, (1, -1, 0, None)[(i + round_ * j) % 4]
                    )
                    for i, person in enumerate(people)
                    for j, statement in enumerate(statements)
                )
            )
    assert await drift() == []
    events = await db.fetch("SELECT previous, value FROM consultations_vote_event")
    assert events
    assert all(event["previous"] != event["value"] for event in events)


async def test_inside_one_batch_the_last_choice_wins_and_is_logged_once(
    dialogue: Dialogue,
) -> None:
    statement_id = await make_statement(dialogue)
    person = await make_participant(dialogue)
    async with writing() as [writer]:
        await asyncio.gather(*(writer.cast(person, statement_id, v) for v in (1, 0, -1)))
    assert await votes_of(statement_id) == [-1]
    events = await db.fetch("SELECT previous, value FROM consultations_vote_event")
    assert events == [{"previous": None, "value": -1}]


async def test_the_same_choice_again_changes_and_logs_nothing(dialogue: Dialogue) -> None:
    statement_id = await make_statement(dialogue)
    person = await make_participant(dialogue)
    async with writing() as [writer]:
        await writer.cast(person, statement_id, 1)
        await writer.cast(person, statement_id, 1)
    assert await sums_of(statement_id) == (1, 0, 0)
    assert len(await db.fetch("SELECT 1 FROM consultations_vote_event")) == 1


async def test_withdrawing_removes_the_vote_and_leaves_a_line_in_the_log(
    dialogue: Dialogue,
) -> None:
    statement_id = await make_statement(dialogue)
    person = await make_participant(dialogue)
    async with writing() as [writer]:
        await writer.cast(person, statement_id, -1)
        await writer.cast(person, statement_id, None)
    assert await votes_of(statement_id) == []
    assert await sums_of(statement_id) == (0, 0, 0)
    events = await db.fetch("SELECT previous, value FROM consultations_vote_event ORDER BY id")
    assert events[-1] == {"previous": -1, "value": None}


async def test_one_bad_row_fails_alone(dialogue: Dialogue) -> None:
    statement_id = await make_statement(dialogue)
    people = [await make_participant(dialogue) for _ in range(9)]
    async with writing() as [writer]:
        ends = await asyncio.gather(
            *(writer.cast(p, statement_id, 7 if i == 4 else 1) for i, p in enumerate(people)),
            return_exceptions=True,
        )
    assert [i for i, end in enumerate(ends) if end is not None] == [4]
    assert await sums_of(statement_id) == (8, 0, 0)


@pytest.mark.parametrize("state", ["hidden", "pending", "withdrawn"])
async def test_a_statement_that_is_not_public_takes_no_vote(dialogue: Dialogue, state: str) -> None:
    hidden = await make_statement(dialogue, state=state)
    shown = await make_statement(dialogue)
    person = await make_participant(dialogue)
    async with writing() as [writer]:
        refused, taken = await asyncio.gather(
            writer.cast(person, hidden, 1),
            writer.cast(person, shown, 1),
            return_exceptions=True,
        )
    assert isinstance(refused, VoteRefusedError)
    assert taken is None
    assert await votes_of(hidden) == []
    assert await votes_of(shown) == [1]


@pytest.mark.parametrize("when", ["before", "after", "unpublished", "elsewhere", "merged"])
async def test_a_vote_out_of_place_or_time_is_refused(dialogue: Dialogue, when: str) -> None:
    statement_id = await make_statement(dialogue)
    person = await make_participant(dialogue)
    instant = clock.now()
    if when == "before":
        instant = dialogue.opens_at - timedelta(microseconds=1)
    if when == "after":
        instant = dialogue.closes_at
    if when == "unpublished":
        await db.fetch("UPDATE consultations_consultation SET published_at = NULL")
    if when == "elsewhere":
        person = await make_participant(await make_dialogue())
    if when == "merged":
        other = await make_participant(dialogue)
        await db.fetch(
            "UPDATE consultations_participant SET merged_into = $1 WHERE id = $2", other, person
        )
    async with writing() as [writer]:
        with clock.frozen_at(instant), pytest.raises(VoteRefusedError):
            await writer.cast(person, statement_id, 1)
    assert await votes_of(statement_id) == []
    assert await db.fetch("SELECT 1 FROM consultations_vote_event") == []


async def test_the_last_instant_before_the_close_still_counts(dialogue: Dialogue) -> None:
    statement_id = await make_statement(dialogue)
    person = await make_participant(dialogue)
    async with writing() as [writer]:
        with clock.frozen_at(dialogue.closes_at - timedelta(microseconds=1)):
            await writer.cast(person, statement_id, 1)
    assert await votes_of(statement_id) == [1]


async def test_a_full_queue_refuses_votes_with_retry_after(dialogue: Dialogue) -> None:
    statement_id = await make_statement(dialogue)
    people = [await make_participant(dialogue) for _ in range(6)]
    async with writing(0, max_queued=4) as [writer]:
        ends = await asyncio.gather(
            *(writer.cast(person, statement_id, 1) for person in people), return_exceptions=True
        )
    turned_away = [end for end in ends if isinstance(end, UnavailableError)]
    assert [end.retry_after for end in turned_away] == [1, 1]
    assert await sums_of(statement_id) == (4, 0, 0)


async def test_stopping_writes_what_waits_and_takes_no_more(dialogue: Dialogue) -> None:
    statement_id = await make_statement(dialogue)
    people = [await make_participant(dialogue) for _ in range(20)]
    async with writing() as [writer]:
        waiting = [asyncio.ensure_future(writer.cast(p, statement_id, 1)) for p in people]
        await asyncio.sleep(0)
        await writer.stop()
        await asyncio.gather(*waiting)
        with pytest.raises(UnavailableError):
            await writer.cast(people[0], statement_id, -1)
    assert await sums_of(statement_id) == (20, 0, 0)


async def test_a_lost_connection_loses_no_vote(dialogue: Dialogue) -> None:
    statement_id = await make_statement(dialogue)
    people = [await make_participant(dialogue) for _ in range(30)]
    async with writing() as [writer]:
        await writer.cast(people[0], statement_id, 1)
        waiting = [asyncio.ensure_future(writer.cast(p, statement_id, 1)) for p in people]
        await db.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'enishi-votes' AND datname = current_database()"
        )
        await asyncio.gather(*waiting)
    assert await sums_of(statement_id) == (30, 0, 0)
    assert await drift() == []
