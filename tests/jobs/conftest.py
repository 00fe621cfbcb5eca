from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis
from tests.jobs import chores

from enishi.kit import db
from enishi.settings import get_settings


@pytest.fixture
async def chore_table(own_database: None) -> None:

    await db.fetch(chores.TABLE)


@pytest.fixture
async def queue(chore_table: None) -> AsyncIterator[Any]:
    """This test process's own part of Valkey, empty."""
    async with Redis.from_url(get_settings().valkey_dsn) as client:
        await client.flushdb()
        yield client
        await client.flushdb()
