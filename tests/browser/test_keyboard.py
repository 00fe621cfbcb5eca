"""A programme, a place, the statistics and an office by keyboard alone, one site for each person.

Every stop on the way is examined: it lies in the window, and a ring shows where it is.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from tests.browser.conftest import DESK, Open
from tests.browser.layout import settle
from tests.browser.site import served_tabs
from tests.browser.test_programme_office import begin_first_session
from tests.browser.test_programmes import sign_in
from tests.fixtures.accounts import begin_session, make_member, make_organisation
from tests.programmes.build import family
from tests.programmes.conftest import somebody
from tests.programmes.listed import Listed, make_date, make_programme
from tests.statistics.cube_rows import put_all

from enishi.accounts import sessions
from enishi.kit import clock, db, page_cache
from enishi.programmes.allocation.service import applications

pytestmark = pytest.mark.browser

MOST = 80  # stops between two things that are sought; the longest form has about sixty
_STOP = """() => {
  const e = document.activeElement;
  const labels = [...(e.labels ?? [])].map((label) => label.textContent).join(" ");
  // The link of a card shows its focus around the whole card.
  const style = getComputedStyle(e.matches(".card__link") ? e.closest(".card") : e);
  const box = e.getBoundingClientRect();
  return {
    names: [e.getAttribute("aria-label"), labels, e.textContent, e.name].map((n) => n?.trim()),
    href: e.getAttribute("href") ?? "",
    isRinged: style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2,
    isSeen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""


async def reach(page: Page, sought: str) -> None:
    """By Tab to what has this name, this field's name, or leads to an address ending like this."""
    await settle(page)
    for _ in range(MOST):
        await page.keyboard.press("Tab")
        stop: dict[str, Any] = await page.evaluate(_STOP)
        assert stop["isRinged"], stop
        assert stop["isSeen"], stop
        if sought in stop["names"] or stop["href"].endswith(sought):
            return
    raise AssertionError(sought)


async def press(page: Page, key: str = "Enter") -> None:
    """A key that leads to another page."""
    async with page.expect_navigation(wait_until="load"):
        await page.keyboard.press(key)


async def skip(page: Page) -> None:
    """The first stop of every page leads past its header.

    Whoever sent a form from there comes back to there: a redirect keeps the fragment.
    """
    if page.url.endswith("#main"):
        return
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**#main")  # or it would be taken for the next navigation
    assert await page.evaluate("document.activeElement.id") == "main"


async def follow(page: Page, sought: str) -> None:
    """Past the header, to a link or a button, and where it leads."""
    await skip(page)
    await reach(page, sought)
    await press(page)


@pytest.fixture
async def programme(own_database: None) -> Listed:
    """In Hida, of its office; and a day of figures that are published."""
    page_cache.invalidate()
    hida = await make_organisation("hida", lg_code="212172")
    made = await make_programme(organisation_id=hida)
    await make_date(made, 20)
    await put_all(clock.today() - timedelta(days=1))
    return made


@pytest.fixture
async def open_tab(programme: Listed, app: Any, chromium: Browser) -> AsyncIterator[Open]:
    async with served_tabs(app, chromium) as opened:
        yield opened


async def test_a_resident_needs_no_mouse(open_tab: Open, programme: Listed) -> None:
    visit = await open_tab(width=DESK, scripts="run")
    page = visit.page
    await page.goto("/ja/programmes")
    await sign_in(visit)
    await _sign_up_with_a_child(page, programme)
    await _register_with_the_place(page)
    await _read_the_statistics(page)
    assert visit.complaints == []


async def _sign_up_with_a_child(page: Page, programme: Listed) -> None:
    await follow(page, f"/programmes/{programme.slug}")
    await follow(page, "/apply")
    await skip(page)
    await reach(page, "party.0.name")
    await page.keyboard.insert_text("山田花子")
    await reach(page, "もう一人加える")
    await page.keyboard.press("Enter")
    await page.locator('[name="party.1.name"]:focus').wait_for()  # where the next thing is typed
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("ArrowDown")
    await reach(page, "party.1.name")
    await page.keyboard.insert_text("山田そら")
    await reach(page, "party.1.age")
    await page.keyboard.insert_text("7")
    await reach(page, "申し込む")
    await press(page)
    await page.locator(".timeline").get_by_text("参加が決まりました").wait_for()
    kinds = await db.fetch("SELECT party_size, state FROM programmes_application")
    assert [tuple(row.values()) for row in kinds] == [(2, "confirmed")]


async def _register_with_the_place(page: Page) -> None:
    await page.goto("/ja/places/municipalities/212172")
    await page.locator("#own-registration a").first.wait_for()
    await follow(page, "飛騨市に登録する")
    await skip(page)
    for ticked in ("出身地だから", "地域のお知らせを受け取る"):
        await reach(page, ticked)
        await page.keyboard.press("Space")
    await reach(page, "登録する")
    await press(page)
    assert await db.fetch_value("SELECT count(*) FROM relations_registration") == 1


async def _read_the_statistics(page: Page) -> None:
    """A table opens by key, and is a stop of its own: the arrows scroll it."""
    await page.goto("/ja/statistics")
    await skip(page)
    await reach(page, "数値を表で見る")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    table = page.locator(".table-region:focus table")
    await table.wait_for()
    assert await table.locator("tbody tr").count() > 1
    await page.goto("/ja/statistics/definitions")
    await skip(page)
    assert await page.locator("main h2").count() > 5


async def test_a_clerk_needs_no_mouse(open_tab: Open, programme: Listed) -> None:

    clerk = await make_member(programme.organisation_id, "editor")
    session_id = await db.fetch_value("SELECT id FROM programmes_session")
    await applications.apply(somebody(), session_id, family("花子"))
    await begin_first_session()
    page = (await open_tab(width=DESK, scripts="run")).page
    await page.goto("/ja/")
    token = sessions.token_for(await begin_session(clerk), clerk)
    cookie: Any = {"name": sessions.cookie_name(), "value": token, "url": page.url}
    await page.context.add_cookies([cookie])
    await _mark_attendance(page, programme)
    await _begin_a_programme(page)


async def _mark_attendance(page: Page, programme: Listed) -> None:
    await page.goto("/ja/office/hida/programmes")
    await follow(page, f"/programmes/{programme.id}")
    await follow(page, "申込と出欠")
    await follow(page, "全員を「出席」にする")
    assert await db.fetch_value("SELECT state FROM programmes_application") == "attended"


async def _begin_a_programme(page: Page) -> None:
    """What publishing lacks is a link to its field."""
    await page.goto("/ja/office/hida/programmes")
    await follow(page, "新しく作る")
    await skip(page)
    await reach(page, "title.ja")
    await page.keyboard.insert_text("稲刈りの手伝い")
    await reach(page, "kind")
    await page.keyboard.press("Space")
    await reach(page, "下書きを作る")
    await press(page)
    await follow(page, "確かめて公開する")
    await follow(page, "summary.ja")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.id.startsWith('f-summary')")
