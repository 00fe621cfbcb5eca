"""Each test rolls back on top of the sample."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest
from tests.fixtures.sample import NOW

from enishi.consultations.landscape_runs import computation, queries
from enishi.consultations.landscape_runs.run_values import RunInput, RunOutput, TooFew
from enishi.consultations.landscape_runs.service import due, runs
from enishi.kit import clock, db, page_cache


@pytest.fixture
async def rollback(sample: None, rollback: None) -> None:
    """The transaction of a test begins once the sample is in."""


async def compute(given: RunInput) -> RunOutput | TooFew:
    return await asyncio.to_thread(computation.compute, given)


@pytest.fixture(scope="module")
async def computed(sample: None) -> AsyncIterator[None]:
    """The runs that the worker publishes in the first minutes after loading."""
    with clock.frozen_at(NOW):
        await due.look()
        rows = await db.fetch("SELECT id FROM consultations_consultation")
        for row in rows:
            await runs.refresh(uuid.UUID(str(row["id"])), compute)
    page_cache.invalidate()
    queries.invalidate()
    yield
    page_cache.invalidate()
