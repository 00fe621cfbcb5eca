"""The pages of a draw in a real browser: axe finds nothing, and they fit a small phone."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page
from tests.browser.conftest import DESK, Open
from tests.browser.layout import resize
from tests.browser.site import served_tabs
from tests.browser.test_accounts import examine, fits
from tests.fixtures.accounts import begin_session, make_account, make_member
from tests.programmes.conftest import party, somebody
from tests.programmes.drawn import REVEAL_UNTIL, committed, held, make_draw, while_open

from enishi.accounts import sessions
from enishi.kit import clock, db, page_cache
from enishi.programmes.allocation.draws import queries
from enishi.programmes.allocation.service import applications
from enishi.programmes.applications.schemas import Applicant

pytestmark = pytest.mark.browser

SMALL, PHONE = 360, 390
LANGUAGES = ("ja", "en")


@pytest.fixture
async def open_tab(own_database: None, app: Any, chromium: Browser) -> AsyncIterator[Open]:
    async with served_tabs(app, chromium) as opened:
        yield opened


async def _signed_in(page: Page, account_id: Any) -> None:
    token = sessions.token_for(await begin_session(account_id), account_id)
    await page.goto("/ja/terms")
    origin = urlsplit(page.url)
    cookie = {"name": sessions.cookie_name(), "value": token}
    await page.context.add_cookies(
        [{**cookie, "url": f"{origin.scheme}://{origin.netloc}/"}]  # type: ignore[typeddict-item]
    )


async def _looked_at(page: Page, path: str, name: str) -> None:
    for language in LANGUAGES:
        page_cache.invalidate()
        await page.goto(f"/{language}{path}")
        assert page.url.endswith(path)
        await examine(page, f"{name}-{language}")
        for width in (PHONE, DESK):
            await resize(page, width)
            await fits(page, f"{name}-{language}")
        await resize(page, SMALL)


async def test_each_page_of_a_draw_is_accessible_and_fits(open_tab: Open) -> None:
    session_id = await make_draw(capacity=2, family_seats=1)
    draw = await queries.get_draw(session_id)
    slug = await db.fetch_value("SELECT slug FROM organisations_organisation")
    office = f"/office/{slug}/programmes/sessions/{session_id}"
    visit = await open_tab(width=SMALL, scripts="run")
    page = visit.page
    with while_open():
        clerk = await make_member(draw.organisation_id, "editor")
        await _signed_in(page, clerk)
        await _looked_at(page, f"{office}/draw", "draw-commit")
        await _looked_at(page, f"{office}/edit", "draw-session")
        actors = await committed(session_id)
        account = await make_account()
        own = Applicant(account_id=account, home_municipality="131016", age_band="30-39")
        made = await applications.apply(own, session_id, party())
        for size in (1, 1, 2, 1, 1):
            await applications.apply(somebody(), session_id, party(size))
        await _looked_at(page, f"/programmes/sessions/{session_id}/draw", "draw-open")
        await _looked_at(page, f"/programmes/sessions/{session_id}/apply", "draw-apply")
        await _signed_in(page, account)
        await _looked_at(page, f"/me/applications/{made.receipt}", "draw-entered")
    await held(session_id, actors)
    with clock.frozen_at(REVEAL_UNTIL):
        await _signed_in(page, account)
        await _looked_at(page, f"/programmes/sessions/{session_id}/draw", "draw-result")
        await _looked_at(page, f"/me/applications/{made.receipt}", "draw-own-result")
    assert visit.complaints == []
