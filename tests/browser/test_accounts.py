"""Signing up, a second device, revocation, an invitation and closing, in a real browser.

Every page on the way is examined with axe; the languages, widths and scripts vary by walk, and
each page has to fit into both widths.
"""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from tests.accounts.walks import code_for, link_for
from tests.browser.conftest import DESK, PHONE, Open, Scripts, Visit
from tests.browser.layout import resize
from tests.browser.site import WALKS, served_tabs
from tests.browser.test_accessibility import violations
from tests.fixtures.accounts import make_member, make_organisation

from enishi.kit import clock, db

pytestmark = pytest.mark.browser

ONE_ROW = 90  # CSS pixels: the least height of the header is 78
ADDRESS, INVITED = "hanako@example.jp", "taro@example.jp"


@pytest.fixture
async def open_tab(own_database: None, app: Any, chromium: Browser) -> AsyncIterator[Open]:
    """Tabs of new visitors, as the other browser tests open them, but with a server behind."""
    async with served_tabs(app, chromium) as opened:
        yield opened


async def examine(page: Page, name: str) -> None:
    """No finding of axe, nothing wider than the window; a picture if a folder is named for it."""
    assert await violations(page) == [], name
    await fits(page, name)


async def fits(page: Page, name: str) -> None:
    """Nothing wider than the window, a header of one row; for a page that has settled."""
    wider = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wider <= 0, f"{name} scrolls sideways"
    header = await page.locator(".site-header").bounding_box()
    assert header is None or header["height"] < ONE_ROW, f"{name} has a header of several rows"
    if folder := os.environ.get("PICTURES"):
        size = page.viewport_size or {"width": 0}
        path = Path(folder) / f"{name}-{size['width']}.png"
        await page.screenshot(path=path, full_page=True)


async def examine_in_both_widths(page: Page, name: str) -> None:
    """As examine, and that it fits into the other width too, without asking for it again."""
    size = page.viewport_size
    assert size is not None
    await examine(page, name)
    await resize(page, DESK + PHONE - size["width"])
    await fits(page, name)
    await resize(page, size["width"])


async def press(page: Page, selector: str) -> None:
    async with page.expect_navigation():
        await page.click(selector)


async def to(visit: Visit, path: str) -> Page:
    await visit.page.goto(path)
    return visit.page


def form(action: str) -> str:
    return f'form[action$="{action}"]'


async def ask_for_code(page: Page, address: str) -> None:
    await page.fill("#f-address", address)
    await examine_in_both_widths(page, "sign-in")
    await press(page, f"{form('/sign-in')} button")
    await examine_in_both_widths(page, "code")
    await page.fill("#f-code", await code_for(address))
    await press(page, f"{form('/sign-in/code')} button")


async def sign_up(visit: Visit, language: str, address: str, name: str) -> Page:
    page = await to(visit, f"/{language}/sign-in")
    await ask_for_code(page, address)
    await page.fill("#f-display_name", name)
    assert not await page.locator("#f-birth_year").is_visible()  # only of those under 16
    await page.check("#f-age")
    await press(page, f"{form('/sign-up')} button")  # without the terms
    await examine_in_both_widths(page, "sign-up-refused")
    assert await page.input_value("#f-display_name") == name
    await page.check("#f-terms")
    await press(page, f"{form('/sign-up')} button")
    return page


@pytest.mark.parametrize(("language", "width", "scripts"), WALKS)
async def test_from_signing_up_to_closing(
    open_tab: Open, language: str, width: int, scripts: Scripts
) -> None:
    laptop = await open_tab(width=width, scripts=scripts)
    page = await sign_up(laptop, language, ADDRESS, "花子")
    assert page.url.endswith(f"/{language}/me")
    await examine_in_both_widths(page, "me")

    phone = await open_tab(width=PHONE, scripts=scripts)
    other = await to(phone, f"/{language}/sign-in")
    await ask_for_code(other, ADDRESS)
    await examine_in_both_widths(other, "me-phone")
    await other.goto(f"/{language}/me/devices")
    await examine_in_both_widths(other, "devices")

    for path in ("consents", "data", "address"):
        await page.goto(f"/{language}/me/{path}")
        await examine_in_both_widths(page, path)

    # Revocation: the laptop signs the phone out.
    await page.goto(f"/{language}/me/devices")
    others = page.locator("article", has_not=page.locator(".badge"))
    async with page.expect_navigation():
        await others.locator("button").click()
    await examine_in_both_widths(page, "devices-ended")
    await other.goto(f"/{language}/me")
    assert "/sign-in?next=" in other.url

    await page.goto(f"/{language}/me/close")
    await examine_in_both_widths(page, "close")
    await page.check("#f-understood")
    await press(page, f"{form('/me/close')} button")
    assert "closed=1" in page.url
    await examine_in_both_widths(page, "closed")
    assert laptop.complaints == phone.complaints == []


@pytest.mark.parametrize(("language", "width", "scripts"), WALKS)
async def test_an_invitation_from_the_office_to_the_office(
    open_tab: Open, language: str, width: int, scripts: Scripts
) -> None:

    organisation_id = await make_organisation()
    owner_id = await make_member(organisation_id, "owner", "職員")
    await db.fetch(
        "UPDATE accounts_account SET address = $2 WHERE id = $1", owner_id, "clerk@example.jp"
    )
    office = await open_tab(width=width, scripts=scripts)
    page = await to(office, f"/{language}/office/hida/members")
    await ask_for_code(page, "clerk@example.jp")
    assert re.search(r"/office/hida/members$", page.url)
    await page.fill("#f-address", INVITED)
    await press(page, f"{form('/members/invite')} button")
    await examine_in_both_widths(page, "office-members")
    for path in ("", "themes", "profile", "audit"):
        await page.goto(f"/{language}/office/hida/{path}")
        await examine_in_both_widths(page, f"office-{path}")

    invited = await open_tab(width=width, scripts=scripts)
    link = await link_for(INVITED)
    guest = await sign_up(invited, language, INVITED, "太郎")
    await guest.goto(f"{link}")
    await examine_in_both_widths(guest, "invitation")
    await press(guest, f"{form(link)} button")
    assert "/office/hida" in guest.url
    await page.goto(f"/{language}/office/hida/members")
    assert "太郎" in await page.content()
    assert office.complaints == invited.complaints == []


@pytest.mark.parametrize(("language", "width", "scripts"), WALKS[:2])
async def test_a_form_whose_session_ended_is_sent_after_a_sign_in_in_a_new_tab(
    open_tab: Open, language: str, width: int, scripts: Scripts
) -> None:
    laptop = await open_tab(width=width, scripts=scripts)
    page = await sign_up(laptop, language, ADDRESS, "花子")
    await page.fill("#f-display_name", "梅の里から来ました、山田花子です")
    await page.context.clear_cookies()
    await press(page, f"{form('/me')} .form__actions button")
    await examine_in_both_widths(page, "kept-form")
    assert await page.locator("textarea").input_value() == "梅の里から来ました、山田花子です"

    async with page.context.expect_page() as opening:
        await page.click('a[target="_blank"]')
    tab = await opening.value
    await ask_for_code(tab, ADDRESS)
    assert tab.url.endswith(f"/{language}/sign-in/done")
    await examine_in_both_widths(tab, "signed-in")
    await tab.close()

    await press(page, f"{form('/me')} .form__actions button")
    assert "saved=1" in page.url
    assert await page.input_value("#f-display_name") == "梅の里から来ました、山田花子です"
    assert laptop.complaints == []


@pytest.mark.parametrize(("language", "width", "scripts"), WALKS[:2])
async def test_a_guardian_confirms(
    open_tab: Open, language: str, width: int, scripts: Scripts
) -> None:

    child = await open_tab(width=width, scripts=scripts)
    page = await to(child, f"/{language}/sign-in")
    await ask_for_code(page, ADDRESS)
    await page.fill("#f-display_name", "太郎")
    await page.check('input[value="under_16"]')
    await page.fill("#f-birth_year", str(clock.today().year - 12))
    await page.select_option("#f-birth_month", "5")
    await page.fill("#f-guardian_address", "parent@example.jp")
    await page.check("#f-terms")
    await examine_in_both_widths(page, "sign-up-minor")
    await press(page, f"{form('/sign-up')} button")
    await examine_in_both_widths(page, "me-minor")

    guardian = await open_tab(width=width, scripts=scripts)
    link = await link_for("parent@example.jp")
    asked = await to(guardian, link)
    await examine_in_both_widths(asked, "guardian")
    await press(asked, f"{form(link)} button")
    await examine_in_both_widths(asked, "guardian-thanks")
    await page.reload()
    assert await page.locator(".notice--warning").count() == 0
