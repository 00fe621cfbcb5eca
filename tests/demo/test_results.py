"""The sample shows what an opinion map is: four currents, found again and told in sentences."""

import re

import httpx
from tests.fixtures.sample import NOW

from enishi.kit import clock, db


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
