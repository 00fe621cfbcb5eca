"""Voting, writing and handing in, by keyboard and by names alone, with and without scripts.

Every page on the way is examined with axe, in both languages and at both widths.
"""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from tests.browser.conftest import Open, Scripts
from tests.browser.site import WALKS, served_tabs
from tests.browser.test_accounts import examine_in_both_widths
from tests.consultations.build import (
    Dialogue,
    invalidate,
    make_dialogue,
    make_opinion,
    make_statement,
    publish_sums,
)

from enishi.kit import db

pytestmark = pytest.mark.browser

WORDS = {
    "ja": {
        "agree": "賛成",
        "disagree": "反対",
        "withdraw": "取り消す",
        "done": "すべての意見カードに投票しました",
        "list": "一覧で投票",
        "write": "意見カードを書く",
        "statement": "意見",
        "send": "送る",
        "received": "意見カードを受け付けました",
        "opinion": "ご意見を書く",
        "text": "ご意見",
        "preview": "見え方を確かめる",
        "submit": "提出する",
        "receipt": "受付番号でご意見の状態を確かめる",
        "number": "受付番号",
        "check": "確かめる",
        "public": "公開中",
    },
    "en": {
        "agree": "Agree",
        "disagree": "Disagree",
        "withdraw": "Withdraw",
        "done": "You have voted on every statement",
        "list": "Vote in a list",
        "write": "Write a statement",
        "statement": "Statement",
        "send": "Send",
        "received": "Your statement is received",
        "opinion": "Write an opinion",
        "text": "Your opinion",
        "preview": "Preview",
        "submit": "Submit",
        "receipt": "Check the state of an opinion by its receipt number",
        "number": "Receipt number",
        "check": "Check",
        "public": "Published",
    },
}


@pytest.fixture
async def dialogue(own_database: None) -> AsyncIterator[Dialogue]:
    from enishi.consultations.voting import writer as votes

    invalidate()
    made = await make_dialogue()
    for words in ("夜のバスを増やしてほしい", "図書館を駅前に", "公園に日かげを"):
        await make_statement(made, words)
    await make_opinion(made, "**朝**の便について\n\n- 一つめ\n- 二つめ", nickname="花")
    async with votes.writing():
        yield made


@pytest.fixture
async def open_tab(dialogue: Dialogue, app: Any, chromium: Browser) -> AsyncIterator[Open]:
    async with served_tabs(app, chromium) as opened:
        yield opened


async def votes() -> list[int]:
    rows = await db.fetch("SELECT value FROM consultations_vote ORDER BY value")
    return [row["value"] for row in rows]


async def press_by_keyboard(page: Page, name: str) -> None:
    """Reach a button as a keyboard does, then press it."""
    button = page.get_by_role("button", name=name)
    await button.first.wait_for()
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await button.first.evaluate("(it) => it === document.activeElement"):
            await page.keyboard.press("Enter")
            return
    raise AssertionError(f"the keyboard does not reach {name}")


@pytest.mark.parametrize(("language", "width", "scripts"), WALKS)
async def test_all_cards_are_voted_on_by_keyboard_alone(
    open_tab: Open, dialogue: Dialogue, language: str, width: int, scripts: Scripts
) -> None:
    words = WORDS[language]
    visit = await open_tab(width=width, scripts=scripts)
    page = visit.page
    await page.goto(f"/{language}/dialogues/{dialogue.slug}/vote")
    await examine_in_both_widths(page, f"vote-{language}")
    for done in range(1, 4):
        await press_by_keyboard(page, words["agree"])
        await page.get_by_text(
            re.compile(f"3枚中{done}枚に投票|Voted on {done} of 3")
        ).first.wait_for()
    await page.get_by_text(words["done"]).wait_for()
    await examine_in_both_widths(page, f"voted-{language}")
    assert await votes() == [1, 1, 1]
    assert visit.complaints == []


async def copy_and_print(page: Page, scripts: Scripts) -> None:
    """The number is copied, or selected where that is not allowed; on paper it stands alone."""
    buttons = page.locator("[data-receipt-acts]")
    assert await buttons.is_visible() == (scripts == "run")
    if scripts == "run":
        await page.locator("[data-copy]").click()
        await page.get_by_text(
            re.compile("コピー(しました|できます)。|is (copied|selected)")
        ).wait_for()
    await page.emulate_media(media="print")
    assert await page.locator(".receipt-number").is_visible()
    for other in (buttons, page.locator(".site-nav"), page.locator(".breadcrumb")):
        assert not await other.first.is_visible() if await other.count() else True
    await page.emulate_media(media="screen")


@pytest.mark.parametrize(("language", "width", "scripts"), WALKS)
async def test_a_statement_and_an_opinion_are_sent_by_names_alone(
    open_tab: Open, dialogue: Dialogue, language: str, width: int, scripts: Scripts
) -> None:
    words = WORDS[language]
    page = (await open_tab(width=width, scripts=scripts)).page
    await page.goto(f"/{language}/dialogues")
    await examine_in_both_widths(page, f"dialogues-{language}")
    await page.get_by_role("main").get_by_role("link", name=re.compile("対話|Dialogue")).click()
    await examine_in_both_widths(page, f"dialogue-{language}")
    await page.get_by_role("link", name=words["write"]).click()
    await page.get_by_role("textbox", name=words["statement"]).fill("学校の前に横断歩道を")
    await examine_in_both_widths(page, f"statement-form-{language}")
    await page.get_by_role("button", name=words["send"]).click()
    await page.get_by_text(words["received"]).wait_for()
    await examine_in_both_widths(page, f"mine-{language}")

    await page.goto(f"/{language}/dialogues/{dialogue.slug}/opinions")
    await examine_in_both_widths(page, f"opinions-{language}")
    await page.get_by_role("link", name=words["opinion"]).click()
    await page.get_by_role("textbox", name=words["text"]).fill("夜の便を増やしてください。")
    await examine_in_both_widths(page, f"opinion-form-{language}")
    await page.get_by_role("button", name=words["preview"]).click()
    await page.locator(".preview").get_by_text("夜の便を増やしてください。").wait_for()
    await examine_in_both_widths(page, f"opinion-preview-{language}")
    await page.get_by_role("button", name=words["submit"]).click()
    receipt = await page.locator(".receipt-number").inner_text()
    await examine_in_both_widths(page, f"received-{language}")
    await copy_and_print(page, scripts)
    await page.get_by_role("link", name=words["receipt"]).click()
    await page.get_by_role("textbox", name=words["number"]).fill(receipt)
    await page.get_by_role("button", name=words["check"]).click()
    await page.get_by_role("status").get_by_text(words["public"], exact=True).wait_for()
    await examine_in_both_widths(page, f"receipt-{language}")


@pytest.mark.parametrize(("language", "width", "scripts"), WALKS[:2])
async def test_the_list_and_the_results_are_fit_for_everybody(
    open_tab: Open, dialogue: Dialogue, language: str, width: int, scripts: Scripts
) -> None:
    words = WORDS[language]
    page = (await open_tab(width=width, scripts=scripts)).page
    await page.goto(f"/{language}/dialogues/{dialogue.slug}/list")
    await page.get_by_role("button", name=words["disagree"]).first.click()
    await page.get_by_role("button", name=words["withdraw"]).wait_for()
    await examine_in_both_widths(page, f"list-{language}")
    await publish_sums(dialogue)
    await page.goto(f"/{language}/dialogues/{dialogue.slug}/statements")
    await page.locator("main summary").first.click()
    await examine_in_both_widths(page, f"results-{language}")
    titles = json.loads(
        (await db.fetch("SELECT title FROM consultations_consultation"))[0]["title"]
    )
    assert titles[language] in await page.title()
