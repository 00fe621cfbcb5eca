"""The sample shows what an opinion map is: four currents, found again and told in sentences."""

import asyncio
import re
import uuid
from collections.abc import AsyncIterator

import httpx
import pytest
from tests.fixtures.sample import NOW

from enishi.consultations.landscape_runs import computation, queries
from enishi.consultations.landscape_runs.run_values import RunInput, RunOutput, TooFew
from enishi.consultations.landscape_runs.service import due, runs
from enishi.kit import clock, db, page_cache


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


async def test_the_large_sample_shows_groups_and_small_ones_say_that_it_is_early(
    computed: None, visitor: httpx.AsyncClient
) -> None:
    slugs = [row["slug"] for row in await db.fetch("SELECT slug FROM consultations_consultation")]
    assert len(slugs) == 10
    groups = {}
    for slug in slugs:
        with clock.frozen_at(NOW):
            answer = await visitor.get(f"/ja/dialogues/{slug}/results")
        page = answer.text.replace("<wbr>", "")
        assert "見本データ" in page
        groups[slug] = len(re.findall(r"<h3>グループ[A-Z]</h3>", page))
        too_early = "意見の地図は、まだありません" in page or "はっきりしたグループは" in page
        assert (groups[slug] >= 2) != too_early
    assert groups["sample-ties"] >= 2
