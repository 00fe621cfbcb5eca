"""Back after a form that was refused and then accepted: what was typed, and no error page."""

import pytest
from playwright.async_api import Page
from tests.browser.conftest import PHONE, Open, Scripts
from tests.browser.test_drafts import TEXT, dialogue, open_tab, sign_in  # noqa: F401 (fixtures)
from tests.consultations.build import Dialogue
from tests.fixtures.accounts import make_account
from tests.programmes.listed import make_date, make_programme

pytestmark = pytest.mark.browser


async def press(page: Page, selector: str) -> None:
    async with page.expect_navigation():
        await page.click(selector)


@pytest.mark.parametrize("scripts", ["run", "lost"])
async def test_back_shows_a_refused_form_and_a_preview_as_they_were(
    open_tab: Open,  # noqa: F811
    dialogue: Dialogue,  # noqa: F811
    scripts: Scripts,
) -> None:
    page = (await open_tab(width=PHONE, scripts=scripts)).page
    await page.goto(f"/ja/dialogues/{dialogue.slug}/opinions/new")
    await press(page, "#opinion [value=preview]")
    await page.locator("[data-error-summary]").wait_for()
    await page.fill("#f-text", TEXT)
    await press(page, "#opinion [value=preview]")
    await press(page, ".preview [value=send]")
    number = await page.inner_text(".receipt-number")
    await press(page, "main li a")
    await page.go_back()
    assert await page.inner_text(".receipt-number") == number
    await page.go_back()
    assert TEXT in await page.inner_text(".preview")
    await page.go_back()
    assert await page.locator("[data-error-summary]").is_visible()


async def test_back_opens_a_private_form_anew(open_tab: Open, dialogue: Dialogue) -> None:  # noqa: F811
    page = (await open_tab(width=PHONE, scripts="run")).page
    account = await make_account()
    session_id = await make_date(await make_programme())
    await sign_in(page, f"{account.hex}@people.example")
    await page.goto(f"/ja/programmes/sessions/{session_id}/apply")
    await page.fill("[name='party.0.needs']", "そばのアレルギー")
    await press(page, ".button--large")
    await page.locator("[data-error-summary]").wait_for()
    await page.fill("[name='party.0.name']", "花子")
    await press(page, ".button--large")
    assert "/me/applications/" in page.url
    await page.go_back()
    assert page.url.endswith("/apply")
    assert "すでに申し込んでいます" in await page.inner_text("main")
