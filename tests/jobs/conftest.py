from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from redis.asyncio import Redis
from tests.jobs import chores

from enishi.settings import get_settings


@pytest.fixture
async def chore_table(own_database: None) -> None:
    owner = await asyncpg.connect(get_settings().database_owner_dsn)
    await owner.execute(chores.TABLE)
    await owner.execute("GRANT ALL ON chore, chore_at_seq TO enishi_app")
    await owner.close()


@pytest.fixture
async def queue(chore_table: None) -> AsyncIterator[Any]:
    """This test process's own part of Valkey, empty."""
    async with Redis.from_url(get_settings().valkey_dsn) as client:
        await client.flushdb()
        yield client
        await client.flushdb()
