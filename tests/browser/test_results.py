"""Results of a dialogue in a browser: from seven votes to one's own place, by accessible names."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from tests.browser.conftest import DESK, Open
from tests.browser.layout import settle
from tests.browser.site import served_tabs
from tests.browser.test_accessibility import violations
from tests.consultations.build import Dialogue, invalidate, make_dialogue
from tests.consultations.landscape_build import publish
from tests.fixtures.accounts import begin_session, make_member

from enishi.accounts import sessions
from enishi.kit import db

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 360, 640


@pytest.fixture
async def dialogue(own_database: None) -> AsyncIterator[Dialogue]:
    from enishi.consultations.voting import writer as votes

    invalidate()
    made = await make_dialogue()
    await publish(made)
    async with votes.writing():
        yield made


@pytest.fixture
async def open_tab(dialogue: Dialogue, app: Any, chromium: Browser) -> AsyncIterator[Open]:
    async with served_tabs(app, chromium) as opened:
        yield opened


@pytest.mark.parametrize(
    ("language", "width", "query"),
    [("ja", WIDTH, ""), ("en", DESK, ""), ("ja", 390, "?words=easy")],
)
async def test_the_pages_are_accessible_and_fit(
    open_tab: Open, dialogue: Dialogue, language: str, width: int, query: str
) -> None:
    page = (await open_tab(width=width, scripts="run")).page
    address = f"/{language}/dialogues/{dialogue.slug}/results"
    for name, path in (("results", query), ("by-group", "/by-group")):
        await page.goto(f"{address}{path}")
        await page.locator("main details").evaluate_all(
            "all => all.forEach(each => each.open = true)"
        )
        assert await violations(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await _photograph(page, f"{name}-{language}-{width}")


@pytest.mark.parametrize(("language", "width"), [("ja", WIDTH), ("en", DESK), ("ja", 390)])
async def test_the_page_of_the_office_and_its_report_are_accessible_and_fit(
    open_tab: Open, dialogue: Dialogue, tmp_path: Path, language: str, width: int
) -> None:
    member = await make_member(dialogue.organisation_id, "analyst")
    slug = await db.fetch_value(
        "SELECT slug FROM organisations_organisation WHERE id = $1", dialogue.organisation_id
    )
    page = (await open_tab(width=width, scripts="run")).page
    await page.goto(f"/{language}/")
    token = sessions.token_for(await begin_session(member), member)
    cookie: Any = {"name": sessions.cookie_name(), "value": token, "url": page.url}
    await page.context.add_cookies([cookie])
    address = f"/{language}/office/{slug}/dialogues/{dialogue.slug}/landscape"
    await page.goto(address)
    assert await violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await _photograph(page, f"office-{language}-{width}")
    answer = await page.request.get(f"{address}/report.html")
    saved = tmp_path / "report.html"
    saved.write_text(await answer.text(), encoding="utf-8")
    await page.goto(saved.as_uri())
    assert await violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await _photograph(page, f"report-{language}-{width}")


async def test_from_seven_votes_on_a_small_phone_to_where_i_stand(
    open_tab: Open, dialogue: Dialogue
) -> None:
    """By accessible names alone; three of the votes by key, the way to the page by keyboard."""
    page = (await open_tab(width=WIDTH, scripts="run", touch=True)).page
    await page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    await page.goto(f"/ja/dialogues/{dialogue.slug}/vote")
    line = page.get_by_role("link", name=re.compile("^あなたに近い人たち：グループ[A-Z]（"))
    for voted in range(1, 8):
        assert await line.count() == 0
        if voted % 3 == 0:
            await page.keyboard.press("d")
        else:
            await page.get_by_role("button", name=re.compile("^賛成")).click()
        await page.get_by_text(f"40枚中{voted}枚に投票").first.wait_for()
    await line.wait_for()
    await settle(page)
    await _photograph(page, "card-ja-360", whole=False)
    box = await line.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= HEIGHT, "the line is below the first screen"
    assert await violations(page) == []
    await line.focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="あなたの位置").wait_for()
    assert await violations(page) == []
    await _photograph(page, "position-ja-360")
    await page.get_by_role("link", name="意見の地図を見る").click()
    region = page.get_by_role("region", name="あなたの位置")
    await region.get_by_text("グループ").first.wait_for()
    assert await region.get_by_text("これはあなただけに見えます").count() == 1


async def test_the_line_fits_in_english_too(open_tab: Open, dialogue: Dialogue) -> None:
    page = (await open_tab(width=WIDTH, scripts="run", touch=True)).page
    await page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    await page.goto(f"/en/dialogues/{dialogue.slug}/vote")
    for voted in range(1, 8):
        await page.get_by_role("button", name=re.compile("^Agree")).click()
        await page.get_by_text(f"Voted on {voted} of 40").first.wait_for()
    line = page.get_by_role("link", name=re.compile("^People close to you: group [A-Z]"))
    await line.wait_for()
    await settle(page)
    box = await line.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= HEIGHT
    await _photograph(page, "card-en-360", whole=False)


async def _photograph(page: Page, name: str, *, whole: bool = True) -> None:
    """A picture for whoever looks, where ENISHI_PICTURES names a folder."""
    if folder := os.environ.get("ENISHI_PICTURES"):
        await settle(page)
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole)
