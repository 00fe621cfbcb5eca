"""Voting by key and by swipe, and on a slow line: both press the buttons of the card."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.layout import settle
from tests.browser.site import served_tabs
from tests.consultations.build import Dialogue, invalidate, make_dialogue, make_statement

from enishi.kit import db

pytestmark = pytest.mark.browser


@pytest.fixture
async def dialogue(own_database: None) -> AsyncIterator[Dialogue]:
    from enishi.consultations.voting import writer as votes

    invalidate()
    made = await make_dialogue()
    for words in ("夜のバスを増やしてほしい", "図書館を駅前に", "公園に日かげを"):
        await make_statement(made, words)
    async with votes.writing():
        yield made


@pytest.fixture
async def open_tab(dialogue: Dialogue, app: Any, chromium: Browser) -> AsyncIterator[Open]:
    async with served_tabs(app, chromium) as opened:
        yield opened


async def votes() -> list[int]:
    rows = await db.fetch("SELECT value FROM consultations_vote ORDER BY value")
    return [row["value"] for row in rows]


async def voted(page: Page, number: int) -> None:
    """Wait until the counter says so."""
    await page.get_by_text(
        re.compile(f"3枚中{number}枚に投票|Voted on {number} of 3")
    ).first.wait_for()


async def test_keys_vote_wherever_the_focus_is_but_never_while_typing(
    open_tab: Open, dialogue: Dialogue
) -> None:
    visit = await open_tab(width=DESK, scripts="run")
    page = visit.page
    await page.goto(f"/ja/dialogues/{dialogue.slug}/vote")
    for key in ("Control+a", "Alt+d", "Meta+p"):  # keys of the browser or the reader
        await page.keyboard.press(key)
    await page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend',"
        " '<input id=typed><p contenteditable id=edited></p>')"
    )
    for field in ("#typed", "#edited"):
        await page.locator(field).focus()
        await page.keyboard.press("a")
    assert await page.input_value("#typed") == "a"
    await page.locator(".skip-link").focus()  # anywhere else on the page
    for key, done in (("a", 1), ("d", 2), ("ArrowRight", 3)):
        await page.keyboard.press(key)
        await voted(page, done)
    assert await votes() == [-1, 1, 1]
    assert visit.complaints == []


async def test_keys_can_be_turned_off_and_stay_off(open_tab: Open, dialogue: Dialogue) -> None:
    page = (await open_tab(width=DESK, scripts="run")).page
    await page.goto(f"/ja/dialogues/{dialogue.slug}/vote")
    assert await page.locator(".vote-card kbd").first.is_visible()
    await page.get_by_role("button", name="キー操作").click()
    await page.keyboard.press("a")
    await page.reload()
    await page.keyboard.press("a")
    assert not await page.locator(".vote-card kbd").first.is_visible()
    assert await page.locator("[aria-keyshortcuts]").count() == 0
    await page.get_by_role("button", name="キー操作").click()
    await page.keyboard.press("d")
    await voted(page, 1)
    assert await votes() == [-1]


class Finger:
    """A finger on the card, which moves in steps as a touch screen reports them."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def down(self) -> None:
        await settle(self.page)
        box = await self.page.locator(".vote-card__text").bounding_box()
        assert box is not None
        self.x, self.y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.screen = await self.page.context.new_cdp_session(self.page)
        await self._touch("touchStart")

    async def move(self, across: int, down: int = 0) -> None:
        for _ in range(8):
            self.x, self.y = self.x + across / 8, self.y + down / 8
            await self._touch("touchMove")

    async def up(self) -> None:
        await self._touch("touchEnd")

    async def _touch(self, kind: str) -> None:
        points = [] if kind == "touchEnd" else [{"x": self.x, "y": self.y}]
        await self.screen.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


async def swipe(page: Page, across: int, down: int = 0) -> None:
    finger = Finger(page)
    await finger.down()
    await finger.move(across, down)
    await finger.up()


async def test_a_card_is_voted_on_by_swiping_to_the_side_and_not_by_scrolling(
    open_tab: Open, dialogue: Dialogue
) -> None:
    visit = await open_tab(width=PHONE, scripts="run", touch=True)
    page = visit.page
    await page.goto(f"/ja/dialogues/{dialogue.slug}/vote")
    await swipe(page, across=0, down=-60)
    await swipe(page, across=40)  # too short to be meant
    for across, done in ((180, 1), (-180, 2), (180, 3)):
        await swipe(page, across=across)
        await voted(page, done)
    assert await votes() == [-1, 1, 1]
    assert visit.complaints == []


async def test_the_card_follows_the_finger_and_says_what_letting_go_means(
    open_tab: Open, dialogue: Dialogue
) -> None:
    page = (await open_tab(width=PHONE, scripts="run", touch=True)).page
    await page.goto(f"/ja/dialogues/{dialogue.slug}/vote")
    card = page.locator(".vote-card__text")
    start = await card.bounding_box()
    assert start is not None
    finger = Finger(page)
    await finger.down()
    for across, lean in ((40, None), (70, "agree"), (-220, "disagree"), (90, None)):
        await finger.move(across)
        assert await card.get_attribute("data-lean") == lean
        if lean:
            said = await card.evaluate("(it) => getComputedStyle(it, '::after').content")
            assert said == {"agree": '"賛成"', "disagree": '"反対"'}[lean]
    await settle(page)  # it follows in the next frame
    moved = await card.bounding_box()
    assert moved is not None
    assert moved["x"] - start["x"] == pytest.approx(-20, abs=6)
    await finger.up()  # a second thought: it goes back
    await settle(page)
    assert await card.bounding_box() == pytest.approx(start)
    assert await votes() == []


async def test_touch_screens_show_no_keys(open_tab: Open, dialogue: Dialogue) -> None:
    page = (await open_tab(width=PHONE, scripts="run", touch=True, mobile=True)).page
    await page.goto(f"/ja/dialogues/{dialogue.slug}/vote")
    assert not await page.locator(".vote-card kbd").first.is_visible()
    assert not await page.get_by_role("button", name="キー操作").is_visible()
    assert "スワイプ" in await page.inner_text("main")


async def test_on_a_slow_line_the_last_choice_wins(open_tab: Open, dialogue: Dialogue) -> None:
    page = (await open_tab(width=PHONE, scripts="run")).page
    await page.goto(f"/ja/dialogues/{dialogue.slug}/vote")
    sent: asyncio.Queue[Route] = asyncio.Queue()
    await page.route("**/vote", sent.put)
    await page.click("[value=agree]")
    first = await sent.get()
    for choice in ("disagree", "pass", "disagree"):
        await page.click(f"[value={choice}]")
    assert await page.locator("[aria-busy=true]").get_attribute("value") == "disagree"
    assert sent.empty()
    await first.continue_()
    second = await sent.get()
    assert "value=disagree" in (second.request.post_data or "")
    await second.continue_()
    await voted(page, 1)
    assert sent.empty()
    assert await votes() == [-1]
