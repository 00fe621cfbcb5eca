"""A resident finds a place, registers, looks after it and leaves, in a real browser.

One site for all walks: both languages, each page in both widths, and once without scripts.
"""

from typing import Any

import pytest
from playwright.async_api import Browser, Page
from tests.accounts.walks import code_for
from tests.browser.conftest import DESK, PHONE, Scripts
from tests.browser.site import served_tabs
from tests.browser.test_accounts import examine_in_both_widths
from tests.consultations.build import invalidate, make_dialogue
from tests.fixtures.accounts import make_account, make_organisation
from tests.fixtures.programmes import MakeSession

from enishi.statistics.queries import registered_people

pytestmark = pytest.mark.browser

WALKS: list[tuple[str, int, Scripts]] = [
    ("ja", PHONE, "run"),
    ("en", DESK, "run"),
    ("ja", PHONE, "lost"),
]
WORDS = {
    "ja": {
        "search": "地域をさがす",
        "find": "さがす",
        "hida": "岐阜県飛騨市",
        "register": "飛騨市に登録する",
        "send": "登録する",
        "reason": "出身地だから",
        "consent": "地域のお知らせを受け取る",
        "mine": "わたしの地域",
        "change": "登録の内容を変える（飛騨市）",
        "interest": "食と特産品",
        "save": "変更を保存する",
        "leave": "登録をやめる",
        "none": "登録している地域はまだありません",
        "registered": "登録しています",
    },
    "en": {
        "search": "Find places",
        "find": "Search",
        "hida": "Hida City, Gifu",
        "register": "Register with Hida City",
        "send": "Register",
        "reason": "I was born there",
        "consent": "News from the place",
        "mine": "My places",
        "change": "Change the registration (Hida City)",
        "interest": "Food and local products",
        "save": "Save the changes",
        "leave": "End registration",
        "none": "You are not registered with any place yet",
        "registered": "Registered",
    },
}


async def press(page: Page, name: str, role: Any = "button") -> None:
    async with page.expect_navigation():
        await page.get_by_role("main").get_by_role(role, name=name, exact=True).first.click()


async def sign_in(page: Page, address: str) -> None:
    await page.fill("#f-address", address)
    async with page.expect_navigation():
        await page.locator('form[action$="/sign-in"] button').click()
    await page.fill("#f-code", await code_for(address))
    async with page.expect_navigation():
        await page.locator('form[action$="/sign-in/code"] button').click()


@pytest.mark.usefixtures("own_database")
async def test_from_finding_a_place_to_leaving_it(
    app: Any,
    chromium: Browser,
    make_session: MakeSession,
) -> None:
    invalidate()
    registered_people.invalidate()
    hida = await make_organisation("hida", lg_code="212172")
    gifu = await make_organisation("gifu", lg_code="210005")
    await make_dialogue(organisation_id=hida)
    await make_dialogue(organisation_id=gifu)
    await make_session()
    async with served_tabs(app, chromium) as open_tab:
        for number, (language, width, scripts) in enumerate(WALKS):
            address = f"resident{number}@example.jp"
            await make_account(address=address)
            visit = await open_tab(width=width, scripts=scripts)
            await _walk(visit.page, address, language, is_examined=scripts == "run")
            assert visit.complaints == []


async def _walk(page: Page, address: str, language: str, *, is_examined: bool) -> None:
    """Without scripts the pages are the same: they are examined with them."""
    words = WORDS[language]

    async def look(name: str) -> None:
        if is_examined:
            await examine_in_both_widths(page, name)

    await page.goto(f"/{language}/places")
    await page.get_by_role("searchbox", name=words["search"]).fill("ひだし")
    await press(page, words["find"])
    await press(page, words["hida"], "link")
    await look(f"place-{language}")
    await press(page, words["register"], "link")
    await sign_in(page, address)
    assert page.url.endswith(f"/{language}/places/municipalities/212172/register")
    await page.get_by_role("checkbox", name=words["consent"]).check()
    await press(page, words["send"])
    await look(f"register-refused-{language}")
    assert await page.get_by_role("checkbox", name=words["consent"]).is_checked()
    await page.get_by_role("checkbox", name=words["reason"]).check()
    await press(page, words["send"])
    await look(f"registered-{language}")

    await page.goto(f"/{language}/places/municipalities/212172")
    if is_examined:
        await page.locator("#own-registration").get_by_text(words["registered"]).wait_for()
    await page.goto(f"/{language}/me")
    await press(page, words["mine"], "link")
    await look(f"mine-{language}")
    await press(page, words["change"], "link")
    await page.get_by_role("checkbox", name=words["interest"]).check()
    await press(page, words["save"])
    await press(page, words["leave"], "link")  # on the receipt that the change led to
    await look(f"withdraw-{language}")
    await press(page, words["leave"])
    await page.get_by_text(words["none"]).wait_for()
    await look(f"mine-empty-{language}")
    await page.goto(f"/{language}/places/prefectures/210005")
    await look(f"prefecture-{language}")
