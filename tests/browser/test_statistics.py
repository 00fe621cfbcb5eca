"""An analyst reads the statistics of all and of an office; examined with axe on the way."""

import random
import uuid
from collections.abc import AsyncIterator
from datetime import date, timedelta
from itertools import chain
from typing import Any

import pytest
from playwright.async_api import Browser, expect
from tests.browser.conftest import PHONE, Open
from tests.browser.site import WALKS, served_tabs
from tests.browser.test_accounts import examine, examine_in_both_widths
from tests.consultations.build import make_dialogue
from tests.fixtures.accounts import begin_session, make_member, make_organisation
from tests.statistics.acts import happened
from tests.statistics.banded_rows import put_release_of_everything
from tests.statistics.cube_rows import put_all

from enishi.accounts import sessions
from enishi.kit import clock, page_cache
from enishi.statistics import release_charts
from enishi.statistics.cube_charts import BY_CUBE
from enishi.statistics.cube_tables import find_table, public_cubes
from enishi.web.app import create_litestar

pytestmark = pytest.mark.browser

WORDS = {
    "ja": {
        "table": "数値を表で見る",
        "page": "表のページを開く",
        "definitions": "数え方と用語",
        "show": "表示する",
        "funnel": "加わってから、書くまで",
    },
    "en": {
        "table": "See the figures as a table",
        "page": "Open the page with the table",
        "definitions": "How we count, and what words mean",
        "show": "Show",
        "funnel": "From joining to writing",
    },
}
_dice = random.Random(5)  # noqa: S311 (figures to look at)


async def _a_month_of_an_office(organisation_id: uuid.UUID) -> None:
    made = await make_dialogue(organisation_id=organisation_id)
    of = {"organisation_id": organisation_id, "consultation": str(made.id)}
    for days in range(30):
        day = clock.today() - timedelta(days=days)
        await happened("dialogue.shown", 90 + 5 * (days % 7), day=day, **of)
        for age, home in (("20-29", "13"), ("30-39", "21"), ("70-79", "21"), ("", "")):
            times = _dice.randrange(9)
            where = of | {"age": age, "home": home, "channel": "account" if age else "guest"}
            await happened("participation.started", times, day=day, **where)
            await happened("vote.cast", 3 * times, day=day, **where)
            await happened("statement.written", times // 3, day=day, **where)


@pytest.fixture
async def open_tab(own_database: None, app: Any, chromium: Browser) -> AsyncIterator[Open]:
    page_cache.invalidate()
    await put_all(clock.today() - timedelta(days=1))
    async with served_tabs(app, chromium) as opened:
        yield opened


@pytest.fixture
async def analyst(own_database: None) -> uuid.UUID:
    organisation_id = await make_organisation()
    await _a_month_of_an_office(organisation_id)
    return await make_member(organisation_id, "analyst")


async def test_an_analyst_reads_what_is_published_and_its_own_figures(
    open_tab: Open, analyst: uuid.UUID
) -> None:

    for walk in WALKS[:2]:  # one site and its figures for both
        language, width, scripts = map(str, walk.values)
        words = WORDS[language]
        visit = await open_tab(width=int(width), scripts=scripts)
        page = visit.page
        await page.goto(f"/{language}/statistics")
        for summary in await page.get_by_text(words["table"]).all():
            await summary.click()
        tables = page.locator(".chart .table-region")
        await expect(tables).to_have_count(len(BY_CUBE) if scripts == "run" else 0)
        await examine_in_both_widths(page, f"statistics-{language}")
        if scripts == "lost":  # then each table is a link away
            await page.get_by_role("link", name=words["page"]).first.click()
            await expect(page.locator(".table-region")).to_be_visible()
            await examine_in_both_widths(page, f"statistics-table-{language}")
            await page.go_back()
        main = page.get_by_role("main")
        await main.get_by_role("link", name=words["definitions"]).first.click()
        await examine_in_both_widths(page, f"statistics-definitions-{language}")
        for name in ("method", "dictionary"):
            await page.goto(f"/{language}/statistics/{name}")
            await examine_in_both_widths(page, f"statistics-{name}-{language}")

        token = sessions.token_for(await begin_session(analyst), analyst)
        await page.context.add_cookies(
            [{"name": sessions.cookie_name(), "value": token, "domain": "127.0.0.1", "path": "/"}]
        )
        await page.goto(f"/{language}/office/hida/statistics")
        await examine_in_both_widths(page, f"office-statistics-{language}")
        await page.get_by_role("button", name=words["show"], exact=True).click()
        await page.get_by_role("heading", name=words["funnel"]).wait_for()
        assert "since=" in page.url
        assert visit.complaints == []


# Those of members of an office are examined above; the others are files, or lead to a page.
_ELSEWHERE = {"statistics:office", "statistics:office-file", "statistics:download"}
_BANDED = date(2025, 12, 1)


async def _addresses() -> dict[str, list[str]]:
    """Of each statistics page that everybody reads the addresses to look at."""
    cubes = [*public_cubes(nation=True), *public_cubes(nation=False)]
    tables = [await find_table(cube.name) for cube in cubes]
    return {
        "statistics:index": [
            "/statistics",
            *(f"/statistics?until={until}" for until in (_BANDED, "soon")),
        ],
        "statistics:definitions": ["/statistics/definitions"],
        "statistics:method": ["/statistics/method"],
        "statistics:dictionary": ["/statistics/dictionary"],
        "statistics:dictionary-file": [
            f"/statistics/dictionary/{name}" for name in ("tie.place", "office-programmes-ages")
        ],
        "statistics:cube": [
            f"/statistics/tables/{table.cube.name}/{table.file}" for table in tables if table
        ],
        "statistics:table": [
            f"/statistics/{_BANDED}/tables/{name}" for name in release_charts.BY_TABLE
        ],
    }


@pytest.mark.parametrize("language", ["ja", pytest.param("en", marks=pytest.mark.soak)])
async def test_axe_finds_nothing_on_any_page_of_the_statistics(
    open_tab: Open, language: str
) -> None:
    named = {
        handler.name
        for route in create_litestar().routes
        for handler in getattr(route, "route_handlers", ())
        if (handler.name or "").startswith("statistics:")
    }
    await put_release_of_everything(_BANDED)
    addresses = await _addresses()
    assert set(addresses) == named - _ELSEWHERE
    assert all(addresses.values())
    visit = await open_tab(width=PHONE, scripts="run")
    for at in chain.from_iterable(addresses.values()):
        page = visit.page
        await page.goto(f"/{language}{at}")
        await page.evaluate(
            "document.querySelectorAll('main details').forEach((each) => { each.open = true; })"
        )
        await examine(page, f"{language}{at}".replace("/", "-").replace("?", "-"))
