"""What a new visitor's telephone asks for at the first view of a page: few requests, few bytes.

Measured on the sample, because an empty page weighs nothing. How long it takes on a slow network
is for `make bench ROWS=weight`: it depends on the machine.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser
from tests.browser.site import serving
from tests.fixtures.first_view import BUDGETS, look
from tests.fixtures.sample import NOW

from enishi.kit import clock, page_cache

pytestmark = pytest.mark.browser


@pytest.fixture
async def origin(sample: None, app: Any) -> AsyncIterator[str]:
    page_cache.invalidate()
    with clock.frozen_at(NOW):
        async with serving(app) as address:
            yield address
    page_cache.invalidate()


async def test_a_first_view_is_light(origin: str, chromium: Browser) -> None:
    too_heavy = []
    for language in ("ja", "en"):
        for name, budget in BUDGETS.items():
            view = await look(chromium, f"{origin}/{language}{budget.path}")
            if view.requests > budget.requests or view.kilobytes > budget.kilobytes:
                too_heavy.append(f"{name} ({language}): {view.kilobytes:.1f} kB of {view.weights}")
    assert too_heavy == []


async def test_what_a_page_shares_with_the_last_one_is_not_asked_for_again(
    origin: str, chromium: Browser
) -> None:
    context = await chromium.new_context(base_url=origin)
    page = await context.new_page()
    await page.goto("/ja/", wait_until="networkidle")
    asked: list[str] = []
    page.on("response", lambda response: asked.append(response.url))
    await page.goto("/ja/statistics", wait_until="networkidle")
    kept = await page.evaluate(
        """() => performance.getEntriesByType("resource")
          .filter((each) => each.name.includes("/static/") && each.transferSize > 0)
          .map((each) => each.name)"""
    )
    await context.close()
    assert any("/static/site.css" in url for url in asked)
    assert kept == []
