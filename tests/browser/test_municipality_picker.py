"""The municipality picker in a real browser: by keyboard, by mouse, twice, without scripts."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect
from tests.browser.site import WALKS
from tests.browser.test_accessibility import violations
from tests.browser.test_accounts import examine_in_both_widths

pytestmark = pytest.mark.browser

FIRST, SECOND = "かかわりたい市区町村", "お住まいの市区町村"


async def opened(open_tab: Any, language: str = "ja", **how: Any) -> Any:
    visit = await open_tab(**how)
    await visit.to(f"/{language}/styleguide")
    return visit


def picker(page: Page, label: str = FIRST) -> Any:
    return page.get_by_role("combobox", name=re.compile(label)).first


async def test_a_place_is_chosen_by_keyboard_alone(open_tab: Any) -> None:
    visit = await opened(open_tab)
    page, field = visit.page, picker(visit.page)
    code = page.locator('[name="sample-place.code"]')

    await field.focus()
    await page.keyboard.type("日野町")
    options = page.locator("[role=option]")
    await expect(options).to_have_count(2)
    await expect(field).to_have_attribute("aria-expanded", "true")
    await expect(page.get_by_role("status").filter(has_text="2件")).to_be_visible()

    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    active = await field.get_attribute("aria-activedescendant")
    assert active == await options.nth(1).get_attribute("id")
    assert await violations(page) == []

    await page.keyboard.press("Enter")
    await expect(field).to_have_value("鳥取県日野町")
    await expect(code).to_have_value("314021")
    await expect(field).to_have_attribute("aria-expanded", "false")
    await expect(field).to_be_focused()

    # Another letter means that nothing is chosen yet; Escape closes first and then empties.
    await page.keyboard.type("x")
    await expect(code).to_have_value("")
    await page.keyboard.press("Escape")
    await expect(field).to_have_value("")
    assert visit.complaints == []
    assert visit.strangers == []


async def test_the_arrows_go_round_through_the_field(open_tab: Any) -> None:
    page = (await opened(open_tab)).page
    field, options = picker(page), page.locator("[role=option]")
    await field.fill("府中市")
    await expect(options).to_have_count(2)
    for at in (1, 0, None, 1):
        await page.keyboard.press("ArrowUp")
        if at is None:
            assert await field.get_attribute("aria-activedescendant") is None
        else:
            await expect(options.nth(at)).to_have_attribute("aria-selected", "true")


async def test_a_postal_code_offers_its_places_to_the_mouse(open_tab: Any) -> None:
    page = (await opened(open_tab)).page
    await picker(page).fill("498-0000")
    await page.get_by_role("option", name="三重県木曽岬町").click()
    await expect(page.locator('[name="sample-place.code"]')).to_have_value("243035")


async def test_two_pickers_on_a_page_do_not_disturb_each_other(open_tab: Any) -> None:
    page = (await opened(open_tab)).page
    await expect(picker(page, SECOND)).to_have_value("滋賀県日野町")
    await picker(page).fill("飛騨市")
    await page.get_by_role("option", name="岐阜県飛騨市").click()
    await expect(page.locator('[name="sample-place.code"]')).to_have_value("212172")
    await expect(page.locator('[name="sample-home.code"]')).to_have_value("253839")
    ids = await page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
    assert len(ids) == len(set(ids))


async def test_whoever_prefers_lists_gets_them(open_tab: Any) -> None:
    page = (await opened(open_tab)).page
    await page.get_by_role("button", name="都道府県の一覧から選ぶ").first.click()
    await expect(page.locator('select[name="sample-place.prefecture"]')).to_be_focused()
    assert await violations(page) == []


async def test_without_suggestions_the_field_says_so(open_tab: Any) -> None:
    page = (await opened(open_tab)).page
    await picker(page).fill("zzzz")
    await expect(page.get_by_role("status").filter(has_text="候補がありません")).to_be_visible()
    await expect(picker(page)).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize("path", ["places", "places?q=hino", "places/prefectures/220001", "themes"])
@pytest.mark.parametrize(("language", "width", "scripts"), WALKS[:2])
async def test_the_pages_of_places_and_themes_have_no_barrier(
    open_tab: Any, path: str, language: str, width: int, scripts: str
) -> None:
    visit = await open_tab(width=width, scripts=scripts)
    page = await visit.to(f"/{language}/{path}")
    await examine_in_both_widths(page, path.replace("/", "-"))
    assert visit.complaints == []


async def test_without_scripts_two_lists_and_a_button_do_the_same(open_tab: Any) -> None:
    page = (await opened(open_tab, scripts="off")).page
    home = page.locator('[data-picker="sample-home"]')
    await expect(home.locator("select")).to_have_count(2)
    await expect(home.locator('select[name="sample-home.code"]')).to_have_value("253839")
    await expect(home.get_by_role("button", name="市区町村の一覧を表示")).to_be_visible()
    await expect(home.get_by_role("button")).to_have_count(1)
