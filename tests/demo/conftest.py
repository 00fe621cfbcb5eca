"""A small sample, loaded once for a module and gone after it; each test rolls back on top."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from tests.conftest import TEMPLATE, _create

from enishi.demo import load
from enishi.kit import clock, db

PEOPLE, SEED = 300, 7
# A day in the middle of a fiscal year, in Japan: what is open then is known.
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
async def sample(pool: None) -> AsyncIterator[None]:

    with clock.frozen_at(NOW):
        await load.load(PEOPLE, SEED)
        await load.publish_figures()
    yield
    await db.close_pool()
    name = os.environ["ENISHI_DATABASE_URL"].partition("?")[0].rpartition("/")[2]
    await _create(os.environ["ENISHI_TEST_SERVER"], name, TEMPLATE)
    await db.open_pool()


@pytest.fixture
async def rollback(sample: None, rollback: None) -> None:
    """The transaction of a test begins once the sample is in."""
