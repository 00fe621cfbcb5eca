"""A resident finds a programme by its conditions, applies with a child, looks back, calls off.

Every page on the way is examined with axe, in both languages and at both widths, with and
without scripts; once more in a browser that has no scripts at all.
"""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page
from tests.browser.conftest import PHONE, Open, Scripts, Visit
from tests.browser.site import WALKS, served_tabs
from tests.browser.test_accounts import examine
from tests.fixtures.accounts import begin_session, make_account
from tests.programmes.listed import Listed, make_date, make_programme

from enishi.accounts import sessions
from enishi.kit import db

pytestmark = pytest.mark.browser

WITHOUT_ENGINE = pytest.param("ja", PHONE, "off", id="ja-390-no-engine")
WORDS = {
    "ja": {
        "more": "ほかの条件",
        "children": "子どもと一緒に参加できる",
        "search": "この条件でさがす",
        "one": "1件",
        "apply": "申し込む",
        "add": "もう一人加える",
        "child": "子ども（18歳未満）",
        "confirmed": "参加が決まりました",
        "leave": "申込を取り消す",
        "left": "申込を取り消しました",
    },
    "en": {
        "more": "More filters",
        "children": "With children",
        "search": "Apply filters",
        "one": "1 result",
        "apply": "Apply",
        "add": "Add one more person",
        "child": "Child (under 18)",
        "confirmed": "Your place is confirmed",
        "leave": "Cancel",
        "left": "Your application was cancelled",
    },
}


@pytest.fixture
async def programme(own_database: None) -> Listed:
    elsewhere = {"municipality_code": "473821", "prefecture_code": "470007"}
    await make_date(await make_programme(**elsewhere))
    await make_date(await make_programme(minors="not_admitted"))
    made = await make_programme(is_sample=True, wheelchair=True)
    await make_date(made, 20)
    await make_date(made, 30, state="cancelled", cancelled_reason="大雨のため")
    return made


@pytest.fixture
async def open_tab(programme: Listed, app: Any, chromium: Browser) -> AsyncIterator[Open]:
    async with served_tabs(app, chromium) as opened:
        yield opened


async def sign_in(visit: Visit) -> None:

    account_id = await make_account()
    token = sessions.token_for(await begin_session(account_id), account_id)
    origin = urlsplit(visit.page.url)
    cookie = {"name": sessions.cookie_name(), "value": token}
    await visit.page.context.add_cookies(
        [{**cookie, "url": f"{origin.scheme}://{origin.netloc}/"}]  # type: ignore[typeddict-item]
    )


async def find(page: Page, words: dict[str, str], scripts: Scripts) -> None:
    """By prefecture and with children: each change answers at once, or the button does."""
    await page.locator("#f-prefecture").select_option("210005")
    if scripts == "run":
        await page.locator("#f-municipality").wait_for()
        assert "prefecture=210005" in page.url
    await page.locator("summary", has_text=words["more"]).click()
    await page.get_by_label(words["children"]).check()
    if scripts != "run":
        await page.get_by_role("button", name=words["search"]).click()
    await page.locator("#count", has_text=words["one"]).wait_for()


async def fill_in(page: Page, words: dict[str, str], scripts: Scripts) -> None:
    """A grown-up and a child; the age is forgotten first."""
    await page.locator('[name="party.0.name"]').fill("山田花子")
    await page.get_by_role("button", name=words["add"]).click()
    second = page.locator('[name="party.1.name"]')
    await second.wait_for()
    if scripts == "run":
        assert await second.evaluate("(it) => it === document.activeElement")
    await second.fill("山田そら")
    await page.locator(".person").nth(1).get_by_label(words["child"]).check()
    # Enter sends the form: it neither adds nor removes anybody.
    await second.press("Enter")
    await page.locator(".error-summary").wait_for()


@pytest.mark.parametrize(("language", "width", "scripts"), [*WALKS, WITHOUT_ENGINE])
async def test_from_finding_to_calling_off(
    open_tab: Open, programme: Listed, language: str, width: int, scripts: Scripts
) -> None:
    words = WORDS[language]
    visit = await open_tab(width=width, scripts=scripts)
    page = visit.page
    refusals: list[str] = []
    page.on("console", lambda told: refusals.append(told.text) if "Policy" in told.text else None)

    async def look(name: str) -> None:
        if scripts != "off":  # axe is a script
            await examine(page, f"{name}-{language}-{scripts}")

    await page.goto(f"/{language}/programmes")
    await sign_in(visit)
    await find(page, words, scripts)
    await look("programmes")
    await page.locator(".card__link").click()
    await look("programme")
    assert "/programmes/" + programme.slug in page.url
    await page.get_by_role("link", name=words["apply"], exact=True).click()

    await fill_in(page, words, scripts)
    await look("apply-refused")
    await page.locator('[name="party.1.age"]').fill("7")
    await page.get_by_role("button", name=words["apply"], exact=True).click()
    await page.locator(".timeline").get_by_text(words["confirmed"]).wait_for()
    await look("receipt")
    await page.get_by_role("link", name=words["leave"]).click()
    await look("leave")
    await page.get_by_role("button", name=words["leave"]).click()
    await page.locator(".timeline").get_by_text(words["left"]).wait_for()
    await page.goto(f"/{language}/me/applications")
    await look("applications")
    [row] = await db.fetch("SELECT state, party_size FROM programmes_application")
    assert (row["state"], row["party_size"]) == ("cancelled", 2)
    assert visit.complaints == refusals == []
