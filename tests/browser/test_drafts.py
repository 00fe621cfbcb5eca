"""Long texts are kept in the browser until they are sent: by account, and of no private form."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from tests.accounts.walks import code_for
from tests.browser.conftest import PHONE, Open
from tests.browser.site import served_tabs
from tests.consultations.build import Dialogue, invalidate, make_dialogue
from tests.fixtures.accounts import make_account
from tests.programmes.listed import make_date, make_programme

pytestmark = pytest.mark.browser

TEXT = "道の駅を夜まで開けてほしい。"
RESTORED, WAITING = "戻しました", "残っている文章があります"


@pytest.fixture
async def dialogue(own_database: None) -> Dialogue:
    invalidate()
    return await make_dialogue()


@pytest.fixture
async def open_tab(dialogue: Dialogue, app: Any, chromium: Browser) -> AsyncIterator[Open]:
    async with served_tabs(app, chromium) as opened:
        yield opened


async def kept(page: Page) -> list[str]:
    """The texts that the browser keeps."""
    stored = await page.evaluate(
        "Object.keys(localStorage).filter((key) => key.startsWith('draft:')).map("
        "(key) => localStorage[key])"
    )
    return [json.loads(each)["text"] for each in stored]


async def write(page: Page, text: str) -> None:
    """Type into the long text, and leave the page as a browser does."""
    await page.fill("#f-text", text)
    await page.evaluate("window.dispatchEvent(new Event('pagehide'))")


async def sign_in(page: Page, address: str) -> None:
    await page.goto("/ja/sign-in")
    await page.fill("#f-address", address)
    await page.click("form[action$='/sign-in'] button")
    await page.wait_for_url("**/sign-in/code")
    await page.fill("#f-code", await code_for(address))
    await page.click("form[action$='/sign-in/code'] button")
    await page.wait_for_url("**/me**")


async def test_a_text_outlives_a_reload_and_its_return_can_be_undone(
    open_tab: Open, dialogue: Dialogue
) -> None:
    visit = await open_tab(width=PHONE, scripts="run")
    page = visit.page
    at = f"/ja/dialogues/{dialogue.slug}/opinions/new"
    await page.goto(at)
    await write(page, TEXT)
    await page.goto(at)
    assert await page.input_value("#f-text") == TEXT
    await page.get_by_text(RESTORED).wait_for()
    await page.locator("#c-text").get_by_text("あと9986文字").wait_for()
    await page.click("[data-draft-exchange]")
    assert await page.input_value("#f-text") == ""
    await page.get_by_text(WAITING).wait_for()
    await page.click("[data-draft-exchange]")
    assert await page.input_value("#f-text") == TEXT
    await page.goto(at.replace("/ja/", "/en/"))  # the same form in another language
    assert await page.input_value("#f-text") == TEXT
    await page.click("[data-draft-forget]")
    assert await page.input_value("#f-text") == ""
    assert await kept(page) == []
    assert visit.complaints == []


async def test_a_text_of_last_week_is_gone(open_tab: Open, dialogue: Dialogue) -> None:
    page = (await open_tab(width=PHONE, scripts="run")).page
    at = f"/ja/dialogues/{dialogue.slug}/opinions/new"
    for days, left in ((6.9, [TEXT]), (7.1, [])):
        await page.goto(at)
        await write(page, TEXT)
        await page.goto("/ja/dialogues")
        await page.evaluate(
            """(days) => Object.keys(localStorage).filter((key) => key.startsWith("draft:"))
              .forEach((key) => {
                const draft = JSON.parse(localStorage[key]);
                localStorage[key] = JSON.stringify({...draft, at: Date.now() - days * 86400000});
              })""",
            days,
        )
        await page.goto(at)
        assert await kept(page) == left


@pytest.mark.parametrize("kind", ["statements", "opinions"])
async def test_a_text_is_kept_until_it_was_received(
    open_tab: Open, dialogue: Dialogue, kind: str
) -> None:
    page = (await open_tab(width=PHONE, scripts="run")).page
    at = f"/ja/dialogues/{dialogue.slug}/{kind}/new"
    await page.goto(at)
    await write(page, "あ" * 10_001)
    await page.click("main form button[type=submit]:visible")
    await page.locator("[data-error-summary]").wait_for()
    assert await kept(page) == ["あ" * 10_001]
    await write(page, TEXT)
    await page.click("main form button[type=submit]:visible")
    if kind == "opinions":
        await page.locator(".preview").wait_for()
        assert await kept(page) == [TEXT]
        await page.click(".preview [value=send]:visible")
    await page.get_by_text("受け付けました").first.wait_for()
    assert await kept(page) == []
    await page.goto(at)
    assert await page.input_value("#f-text") == ""


async def test_a_text_that_did_not_reach_the_site_is_kept(
    open_tab: Open, dialogue: Dialogue
) -> None:
    page = (await open_tab(width=PHONE, scripts="run")).page
    at = f"/ja/dialogues/{dialogue.slug}/statements/new"
    await page.goto(at)
    await write(page, TEXT)
    await page.route("**/statements/new", lambda route: route.abort())
    async with page.expect_event("requestfailed"):
        await page.click("main form button[type=submit]:visible")
    await page.unroute("**/statements/new")
    await page.goto("/ja/")
    await page.goto(at)
    assert await page.input_value("#f-text") == TEXT


async def test_a_draft_is_of_one_account_and_gone_after_signing_out(
    open_tab: Open, dialogue: Dialogue
) -> None:
    page = (await open_tab(width=PHONE, scripts="run")).page
    at = f"/ja/dialogues/{dialogue.slug}/opinions/new"
    account = await make_account()
    await page.goto(at)
    await write(page, "ゲストの書きかけ")
    await sign_in(page, f"{account.hex}@people.example")
    await page.goto(at)
    assert await page.input_value("#f-text") == ""
    await write(page, TEXT)
    assert len(await kept(page)) == 2
    await page.goto("/ja/me")
    async with page.expect_navigation():
        await page.click("form[action$='/sign-in/out'] button")
    assert await kept(page) == []


async def test_nothing_is_kept_of_a_private_form(open_tab: Open, dialogue: Dialogue) -> None:
    page = (await open_tab(width=PHONE, scripts="run")).page
    account = await make_account()
    session_id = await make_date(await make_programme())
    await sign_in(page, f"{account.hex}@people.example")
    await page.goto(f"/ja/programmes/sessions/{session_id}/apply")
    await page.fill("[name='party.0.needs']", "そばのアレルギー")
    await page.fill("[name='note']", "よろしくお願いします")
    await page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    stored = await page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "アレルギー" not in stored
    assert "お願いします" not in stored
