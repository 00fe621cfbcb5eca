"""From seven votes to "where I stand" on a small phone: without scripts, and by keyboard alone.

And the page of results as a screen reader has it: no drawing, every sentence with its evidence.
"""

import itertools
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from tests.browser.conftest import DESK, Open, Scripts
from tests.browser.site import served_tabs
from tests.browser.test_accessibility import violations
from tests.consultations import build
from tests.consultations.build import Dialogue, invalidate, make_dialogue
from tests.consultations.landscape_build import Published, publish

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 360, 640
VOTES = 7
MOST_STOPS = 60
FIRST_NUMBER = 80_001  # of the cards: like no other number of the page
KEPT = Path(__file__).parent / "read_aloud"
_STAMP = re.compile(r"\d{4}年\d+月\d+日（.）\d+時\d+分|\w{3}, \d+ \w+ \d{4}, \d\d:\d\d \(JST\)")
_HASH = re.compile(r"[0-9a-f]{12}")
_VERSION = re.compile(r"(compiled|reference) [\w.+]+")


@pytest.fixture
async def published(
    own_database: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Dialogue, Published]]:
    from enishi.consultations.voting import writer as votes

    monkeypatch.setattr(build, "_numbers", itertools.count(FIRST_NUMBER))
    invalidate()
    dialogue = await make_dialogue()
    made = await publish(dialogue)
    async with votes.writing():
        yield dialogue, made


@pytest.fixture
async def open_tab(
    published: tuple[Dialogue, Published], app: Any, chromium: Browser
) -> AsyncIterator[Open]:
    async with served_tabs(app, chromium) as opened:
        yield opened


async def _small_phone(open_tab: Open, scripts: Scripts) -> Page:
    page = (await open_tab(width=WIDTH, scripts=scripts, touch=True)).page
    await page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    return page


@pytest.mark.parametrize("scripts", ["off", "lost"])
async def test_without_scripts_by_accessible_names_alone(
    open_tab: Open, published: tuple[Dialogue, Published], scripts: Scripts
) -> None:
    """off: no engine at all; lost: the site's scripts never arrive, and axe can look."""
    dialogue, _ = published
    page = await _small_phone(open_tab, scripts)
    await page.goto(f"/ja/dialogues/{dialogue.slug}/vote")
    link = page.get_by_role("link", name="あなたの位置を見る")
    for voted in range(1, VOTES + 1):
        assert await link.count() == 0
        await page.get_by_role("button", name=re.compile("^賛成")).click()
        await page.get_by_text(f"40枚中{voted}枚に投票").first.wait_for()
    box = await link.bounding_box()
    assert box is not None
    await _nothing_is_wrong(page, scripts)
    await link.click()
    await page.get_by_role("heading", name="あなたの位置").wait_for()
    assert await page.get_by_text(re.compile("^あなたに近い人たち：グループ[A-Z]（")).count() == 1
    assert await page.get_by_text("これはあなただけに見えます").count() == 1
    await _nothing_is_wrong(page, scripts)
    await page.get_by_role("link", name="意見の地図を見る").click()
    await page.get_by_role("heading", name="みんなの共通点").wait_for()
    await _nothing_is_wrong(page, scripts)
    # The fold with the evidence opens without scripts, too.
    summary = page.locator("summary", has_text="根拠").first
    await summary.click()
    assert await page.get_by_text("計算のもと：").first.is_visible()
    region = page.get_by_role("region", name="あなたの位置")
    await region.get_by_role("link", name="あなたの位置を見る").click()
    await page.get_by_role("heading", name="あなたの位置").wait_for()


async def _nothing_is_wrong(page: Page, scripts: Scripts) -> None:
    if scripts != "off":
        assert await violations(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= WIDTH


async def test_by_keyboard_alone(open_tab: Open, published: tuple[Dialogue, Published]) -> None:
    dialogue, _ = published
    page = await _small_phone(open_tab, "run")
    await page.goto(f"/ja/dialogues/{dialogue.slug}/vote")
    for voted in range(1, VOTES + 1):
        await _reach(page, "賛成")
        await page.keyboard.press("Enter")
        await page.get_by_text(f"40枚中{voted}枚に投票").first.wait_for()
    await page.get_by_role("link", name=re.compile("^あなたに近い人たち：")).wait_for()
    await _reach(page, "あなたに近い人たち：")
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="あなたの位置").wait_for()
    await _reach(page, "意見の地図を見る")
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="みんなの共通点").wait_for()
    await _reach(page, "根拠")
    await page.keyboard.press("Enter")
    assert await page.get_by_text("計算のもと：").first.is_visible()


async def _reach(page: Page, begins: str) -> None:
    """By Tab to the stop whose words begin so; it is then in the window."""
    for _ in range(MOST_STOPS):
        await page.keyboard.press("Tab")
        words, seen = await page.evaluate(
            "() => { const e = document.activeElement, b = e.getBoundingClientRect();"
            " return [e.textContent.trim(), b.bottom > 0 && b.top < innerHeight]; }"
        )
        if words.startswith(begins):
            assert seen, words
            return
    raise AssertionError(begins)


@pytest.mark.parametrize(
    ("language", "query", "name"),
    [("ja", "", "ja"), ("en", "", "en"), ("ja", "?words=easy", "easy_ja")],
)
async def test_the_results_read_aloud(
    open_tab: Open, published: tuple[Dialogue, Published], language: str, query: str, name: str
) -> None:
    """The tree that a screen reader reads, compared with the one that was read and kept.

    ENISHI_RENEW_SAMPLES=1 writes it anew.
    """
    dialogue, made = published
    page = (await open_tab(width=DESK, scripts="run")).page
    await page.goto(f"/{language}/dialogues/{dialogue.slug}/results{query}")
    await page.locator("main details").evaluate_all("all => all.forEach(each => each.open = true)")
    await page.get_by_role("region").locator(".fine-print").first.wait_for()
    sections = await page.locator("main section").all()
    told = [await section.aria_snapshot() for section in sections]
    read = _neutral("\n".join(told), dialogue, made)
    kept = KEPT / f"results.{name}.yaml"
    if os.environ.get("ENISHI_RENEW_SAMPLES"):
        kept.write_text(read, encoding="utf-8")
    assert read == kept.read_text(encoding="utf-8")


def _neutral(read: str, dialogue: Dialogue, made: Published) -> str:
    """Without instants, addresses and the numbers that this database gave."""
    read = read.replace(dialogue.slug, "SLUG")
    for index, number in enumerate(made.numbers):
        read = read.replace(str(number), f"#{index}")
    for pattern, word in ((_STAMP, "WHEN"), (_VERSION, r"\1 VERSION"), (_HASH, "HASH")):
        read = pattern.sub(word, read)
    return read + "\n"
