"""Votes on a disk that is full: refused for now, taken once there is room again."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from tests.consultations.build import make_dialogue, make_participant, make_statement
from tests.consultations.test_votes import drift, votes_of, writing
from tests.fixtures.disks import fill, small_disk

from enishi.consultations.voting.writer import VoteWriter
from enishi.kit import db


@pytest.fixture
async def disk(own_database: None, tmp_path: Path) -> AsyncIterator[Path]:
    """A small disk that the log of votes is on."""
    with small_disk(tmp_path / "disk", 1 << 20) as folder:
        await db.fetch(f"CREATE TABLESPACE small LOCATION '{folder}'")
        await db.fetch("ALTER TABLE consultations_vote_event SET TABLESPACE small")
        try:
            yield folder
        finally:
            await db.fetch("ALTER TABLE consultations_vote_event SET TABLESPACE pg_default")
            await db.fetch("DROP TABLESPACE small")


@pytest.mark.as_owner
async def test_a_batch_of_votes_on_a_full_disk_is_refused_at_once_and_taken_later(
    disk: Path, statements: list[str]
) -> None:
    dialogue = await make_dialogue()
    statement = await make_statement(dialogue)
    people = [await make_participant(dialogue) for _ in range(8)]
    ballast = fill(disk)
    async with writing() as [writer]:
        statements.clear()
        assert set(await _cast_all(writer, people, statement)) == {asyncpg.DiskFullError}
        assert len(statements) < len(people)  # no batch is tried again in halves
        ballast.unlink()
        assert set(await _cast_all(writer, people, statement)) == {type(None)}
    assert await votes_of(statement) == [1] * 8
    assert await drift() == []


async def _cast_all(
    writer: VoteWriter, people: list[uuid.UUID], statement: uuid.UUID
) -> list[type[object]]:
    votes = (writer.cast(person, statement, 1) for person in people)
    return [type(answer) for answer in await asyncio.gather(*votes, return_exceptions=True)]
