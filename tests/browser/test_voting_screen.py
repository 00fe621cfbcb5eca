"""The voting screen of a small phone: card and buttons on the first screen, and they stay there."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from tests.browser.conftest import Open, Scripts
from tests.browser.layout import settle
from tests.browser.site import served_tabs
from tests.consultations.build import (
    Dialogue,
    invalidate,
    make_dialogue,
    make_participant,
    make_statement,
    text,
)

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 360, 640


@pytest.fixture
async def dialogue(own_database: None) -> AsyncIterator[Dialogue]:
    from enishi.consultations.voting import writer as votes

    invalidate()
    made = await make_dialogue(
        title=text(
            "住む町のほかに、もう一つの町とどうつながるか",
            "A long title of a dialogue in several words",
        )
    )
    for words in ("夜のバスを増やしてほしい", "駅前の図書館を、夜も開けてほしい", "公園に日かげを"):
        # The foot of a participant's card is the longest.
        await make_statement(made, words, author_id=await make_participant(made))
    async with votes.writing():
        yield made


@pytest.fixture
async def open_tab(dialogue: Dialogue, app: Any, chromium: Browser) -> AsyncIterator[Open]:
    async with served_tabs(app, chromium) as opened:
        yield opened


async def _bottoms(page: Page) -> list[float]:
    await settle(page)
    found = []
    for button in await page.locator(".vote-card__choices .vote-button").all():
        box = await button.bounding_box()
        assert box is not None
        found.append(box["y"] + box["height"])
    return found


@pytest.mark.parametrize(("language", "scripts"), [("ja", "run"), ("en", "run"), ("ja", "lost")])
async def test_the_card_and_its_buttons_are_on_the_first_screen_and_stay_where_they_are(
    open_tab: Open, dialogue: Dialogue, language: str, scripts: Scripts
) -> None:
    page = (await open_tab(width=WIDTH, scripts=scripts, touch=True)).page
    await page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    await page.goto(f"/{language}/dialogues/{dialogue.slug}/vote")
    before = await _bottoms(page)
    assert len(before) == 3
    assert max(before) <= HEIGHT
    title = await page.locator("h1").bounding_box()
    assert title is not None
    assert title["height"] < 40, "the title takes more than one line"
    for _ in range(2):
        number = await page.locator(".vote-card__text footer").inner_text()
        await page.locator(".vote-card__choices .vote-button").first.click()
        await page.locator(".vote-card__text footer").filter(has_not_text=number).wait_for()
        assert await _bottoms(page) == pytest.approx(before, abs=1)
        assert await page.evaluate("scrollY") == 0
