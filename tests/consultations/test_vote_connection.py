"""The vote writer has its connection from the start, and has it back when it was lost."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
from tests.consultations.test_votes import writing
from tests.jobs.workroom import eventually
from tests.servers.conftest import postgres_in
from tests.servers.harness import short_folder

from enishi.consultations.voting import vote_connection
from enishi.consultations.voting.vote_connection import VoteConnection
from enishi.kit import db
from enishi.settings import get_settings

_OWN = """
SELECT pid FROM pg_stat_activity
WHERE application_name = 'enishi-votes' AND datname = current_database()
"""


async def test_it_is_there_before_the_first_vote_and_gone_with_the_writer(
    own_database: None,
) -> None:
    async with writing():
        assert len(await db.fetch(_OWN)) == 1

    async def gone() -> bool:
        return await db.fetch(_OWN) == []

    await eventually(gone)


async def test_one_that_was_lost_is_made_again_without_a_vote(own_database: None) -> None:
    async with writing():
        [first] = await db.fetch(_OWN)
        await db.fetch("SELECT pg_terminate_backend($1)", first["pid"])

        async def made_again() -> bool:
            rows = await db.fetch(_OWN)
            return len(rows) == 1 and rows != [first]

        await eventually(made_again)


FEW = {"max_connections": "6", "superuser_reserved_connections": "1", "max_wal_senders": "0"}


@pytest.fixture
def small_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server of few connections, which the settings name."""
    with short_folder() as folder, replace(postgres_in(folder), settings=FEW).running() as dsn:
        settings = get_settings().model_copy(update={"database_url": dsn})
        monkeypatch.setattr(vote_connection, "get_settings", lambda: settings)
        yield dsn


@pytest.fixture
async def votes() -> AsyncIterator[VoteConnection]:
    connection = VoteConnection()
    yield connection
    await connection.close()


async def take_the_others(dsn: str, taken: AsyncExitStack) -> int:
    """Take every connection that is left; returns how many there were."""
    for number in range(100):
        try:
            connection: asyncpg.Connection[Any] = await asyncpg.connect(dsn)
        except asyncpg.TooManyConnectionsError:
            return number
        taken.push_async_callback(connection.close)
    raise AssertionError


async def test_it_is_kept_while_others_take_all_connections(
    small_server: str, votes: VoteConnection
) -> None:
    await votes.open()
    async with AsyncExitStack() as taken:
        assert await take_the_others(small_server, taken)
        assert await votes.fetchval("SELECT 7", seconds=5) == 7


async def test_it_is_made_as_soon_as_a_connection_is_free(
    small_server: str, votes: VoteConnection
) -> None:
    async with AsyncExitStack() as taken:
        await take_the_others(small_server, taken)
        await votes.open()
        with pytest.raises(asyncpg.TooManyConnectionsError):
            await votes.fetchval("SELECT 7", seconds=5)
    await asyncio.sleep(3 * vote_connection._CHECK_INTERVAL)
    async with AsyncExitStack() as taken:
        await take_the_others(small_server, taken)
        assert await votes.fetchval("SELECT 7", seconds=5) == 7
