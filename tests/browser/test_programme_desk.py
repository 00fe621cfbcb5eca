"""A snowy morning: a clerk reaches the parties of a session and postpones it; a family answers.

Every page is examined with axe, and that nothing is wider than the window.
"""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from tests.accounts.walks import code_for
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.site import served_tabs
from tests.browser.test_accounts import examine, press
from tests.browser.test_programme_office import sign_in
from tests.fixtures.accounts import make_account
from tests.programmes.build import family
from tests.programmes.conftest import somebody
from tests.programmes.listed import make_date, make_programme

from enishi.kit import clock, db
from enishi.programmes.allocation.service import applications
from enishi.programmes.applications.schemas import Applicant

pytestmark = pytest.mark.browser
FAMILY = "family@example.jp"
WAYS = [("ja", 360), ("ja", PHONE), ("en", PHONE), ("ja", DESK), ("en", DESK)]


@pytest.fixture
async def open_tab(own_database: None, app: Any, chromium: Browser) -> AsyncIterator[Open]:
    async with served_tabs(app, chromium) as opened:
        yield opened


async def answer(citizen: Page, number: str, language: str) -> None:
    """The family reads its receipt, answers, and corrects a name."""
    receipt = f"/{language}/me/applications/{number}"
    await citizen.goto(receipt)
    await citizen.fill("#f-address", FAMILY)
    await press(citizen, 'form[action$="/sign-in"] button')
    await citizen.fill("#f-code", await code_for(FAMILY))
    await press(citizen, 'form[action$="/sign-in/code"] button')
    await citizen.goto(receipt)
    await examine(citizen, f"desk-receipt-{language}")
    await press(citizen, 'form[action$="/stay"] button')
    await citizen.goto(f"{receipt}/party")
    await citizen.fill("[name='party.0.name']", "山田華子")
    await examine(citizen, f"desk-party-{language}")
    await press(citizen, "form#apply .form__actions button")
    assert await citizen.get_by_text("山田華子").count() == 1
    other = await make_date(await make_programme())
    await citizen.goto(f"/{language}/programmes/sessions/{other}/apply")
    await examine(citizen, f"desk-apply-{language}")


@pytest.mark.parametrize(("language", "width"), WAYS)
async def test_a_snowy_morning(open_tab: Open, language: str, width: int) -> None:
    clerk = (await open_tab(width=width, scripts="run")).page
    await sign_in(clerk, language)
    office = await db.fetch_value("SELECT id FROM organisations_organisation WHERE slug = 'hida'")
    session_id = await make_date(await make_programme(organisation_id=office), capacity=4)
    account_id = await make_account(address=FAMILY)
    given = {"telephone": "090-1234-5678", "shows_mail": True}
    wanted = family(needs="卵アレルギー").model_copy(update=given)
    made = await applications.apply(Applicant(account_id=account_id), session_id, wanted)
    await applications.apply(somebody(), session_id, family("太郎"))
    at = f"/{language}/office/hida/programmes/sessions/{session_id}"

    await clerk.goto(f"{at}/contacts")
    assert await clerk.get_by_role("link", name="090-1234-5678").count() == 1
    await examine(clerk, f"desk-contacts-{language}")
    await clerk.goto(f"{at}/message")
    await examine(clerk, f"desk-message-{language}")
    await clerk.fill("[name='body.ja']", "雪の予報のため、集合を10時に変えます。")
    await press(clerk, "button[value=preview]")
    await examine(clerk, f"desk-preview-{language}")
    await press(clerk, "button[value=send]")
    await clerk.goto(f"{at}/postpone")
    await clerk.fill("[name='reason.ja']", "大雪の予報のため。")
    await press(clerk, "main form button[type=submit]")  # no day yet
    await examine(clerk, f"desk-postpone-{language}")
    day = clock.today() + timedelta(days=44)
    await clerk.fill("[name=day]", str(day))
    await clerk.fill("[name=starts]", "09:30")
    await clerk.fill("[name=ends]", "12:00")
    await press(clerk, "main form button[type=submit]")
    await examine(clerk, f"desk-applicants-{language}")

    await clerk.goto(f"{at}/sheet")
    await examine(clerk, f"desk-sheet-{language}")
    sheet = await clerk.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox ?\[0 0 ([0-9.]+) ([0-9.]+)\]", sheet)
    assert {(round(float(wide)), round(float(high))) for wide, high in boxes} == {(842, 595)}
    citizen = (await open_tab(width=width, scripts="run")).page
    await answer(citizen, made.receipt, language)
