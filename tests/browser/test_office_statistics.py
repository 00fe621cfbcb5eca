"""The statistics of three kinds of office fit into every width; examined with axe on the way."""

import random
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.layout import resize
from tests.browser.site import served_tabs
from tests.browser.test_accounts import examine, fits
from tests.consultations.build import make_dialogue
from tests.fixtures.accounts import SignIn, begin_session, make_member, make_organisation
from tests.programmes.build import published
from tests.statistics.acts import happened

from enishi.accounts import sessions
from enishi.kit import clock, page_cache

pytestmark = pytest.mark.browser

NARROW = 360
_dice = random.Random(7)  # noqa: S311 (figures to look at)
# The parts that each kind of office has.
KINDS = {
    "talks": ["dialogues"],
    "hida": ["programmes", "registrations"],
    "new": [],
}
WALKS = [(language, kind) for kind in KINDS for language in ("ja", "en")]


async def _talks(organisation_id: uuid.UUID) -> None:
    made = [
        await make_dialogue(organisation_id=organisation_id, title={"ja": title, "en": title})
        for title in ("駅前広場の使いかたについて話し合う対話", "バス")
    ]
    for each in made:
        of = {"organisation_id": organisation_id, "consultation": str(each.id)}
        for days in range(0, 30, 3):
            day = clock.today() - timedelta(days=days)
            times = _dice.randrange(9)
            await happened("dialogue.shown", 90 + 5 * (days % 7), day=day, **of)
            await happened("participation.started", times, day=day, age="30-39", home="21", **of)
            await happened("vote.cast", 3 * times, day=day, **of)


async def _hosts(organisation_id: uuid.UUID, browser_of: SignIn) -> None:
    owner = await browser_of(await make_member(organisation_id, "owner"))
    address, _ = await published(owner)
    of = {"organisation_id": organisation_id, "programme": address.rpartition("/")[2]}
    for days in range(0, 20, 4):
        day = clock.today() - timedelta(days=days)
        for age, home in (("20-29", "13"), ("30-39", "21"), ("70-79", "23"), ("", "")):
            times = _dice.randrange(6)
            await happened("application.made", times, day=day, age=age, home=home, **of)
            await happened("application.attended", times // 2, day=day, age=age, home=home, **of)
        await happened("registration.opened", _dice.randrange(8), day=day, registered="212172")


@pytest.fixture
async def open_tab(own_database: None, app: Any, chromium: Browser) -> AsyncIterator[Open]:
    page_cache.invalidate()
    async with served_tabs(app, chromium) as opened:
        yield opened


async def test_the_statistics_of_every_kind_of_office_fit(
    open_tab: Open, browser_of: SignIn
) -> None:
    owners = {}
    for kind in KINDS:
        code = "212172" if kind == "hida" else None
        organisation_id = await make_organisation(kind, lg_code=code)
        owners[kind] = await make_member(organisation_id, "owner")
        if kind == "talks":
            await _talks(organisation_id)
        if kind == "hida":
            await _hosts(organisation_id, browser_of)
    for language, kind in WALKS:
        visit = await open_tab(width=PHONE, scripts="run")
        page = visit.page
        token = sessions.token_for(await begin_session(owners[kind]), owners[kind])
        await page.context.add_cookies(
            [{"name": sessions.cookie_name(), "value": token, "domain": "127.0.0.1", "path": "/"}]
        )
        await page.goto(f"/{language}/office/{kind}/statistics")
        shown = await page.locator(".statistics-section > h2").evaluate_all(
            "titles => titles.map(title => title.id)"
        )
        assert shown == KINDS[kind]
        name = f"office-statistics-{kind}-{language}"
        await examine(page, name)
        for width in (NARROW, DESK):
            await resize(page, width)
            await fits(page, name)
        assert visit.complaints == []
        await visit.page.context.close()
