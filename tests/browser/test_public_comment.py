"""A ministry asks for public comment and keeps its plan, in a real browser.

One site for both walks, the second one without scripts.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from tests.browser.conftest import DESK, PHONE, Scripts
from tests.browser.site import served_tabs
from tests.browser.test_accounts import examine_in_both_widths, form, press
from tests.consultations.build import invalidate, shift
from tests.fixtures.accounts import begin_session, make_member, make_organisation

from enishi.accounts import sessions
from enishi.kit import clock, db

pytestmark = pytest.mark.browser

WALKS: list[tuple[str, int, Scripts]] = [("ja", PHONE, "run"), ("en", DESK, "lost")]
TEXTS = ("problem", "decision", "can_change", "cannot_change")


def _day(after: int) -> str:
    return str(clock.today() + timedelta(days=after))


async def _look(page: Page, name: str) -> None:
    """Axe and both widths; and a picture, where a folder for pictures is named."""
    await examine_in_both_widths(page, name)
    if folder := os.environ.get("ENISHI_PICTURES"):
        for width in (360, PHONE, DESK):
            size = page.viewport_size
            assert size is not None
            await page.set_viewport_size({"width": width, "height": 800})
            await page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
            await page.set_viewport_size(size)


@pytest.mark.usefixtures("own_database")
async def test_from_the_notice_to_the_promise(app: Any, chromium: Browser) -> None:
    invalidate()
    owner = await make_member(await make_organisation("hida"), "owner")
    await db.fetch("UPDATE organisations_organisation SET kind = 'ministry', lg_code = NULL")
    token = sessions.token_for(await begin_session(owner), owner)
    async with served_tabs(app, chromium) as open_tab:
        for language, width, scripts in WALKS:
            visit = await open_tab(width=width, scripts=scripts)
            page = visit.page
            await page.goto(f"/{language}/")
            cookie: Any = {"name": sessions.cookie_name(), "value": token, "url": page.url}
            await page.context.add_cookies([cookie])
            await _write(page, language)
            await _read(page, language)
            assert visit.complaints == []


async def _write(page: Page, language: str) -> None:
    """From the choice of the kind to the publication, with 29 days refused on the way."""
    at = f"/{language}/office/hida/dialogues"
    await page.goto(f"{at}/new")
    await page.locator('[name="kind"][value="public_comment_act"]').check()
    await page.fill('[name="title.ja"]', f"見本省令の案 {language}")
    await page.fill('[name="title.en"]', f"Order {language}")
    for name in TEXTS:
        await page.fill(f'[name="{name}.ja"]', f"{name}の文")
    await page.locator('[name="themes"]').first.check()
    await _look(page, f"comment-new-{language}")
    await press(page, "main form [value=next]")
    await page.fill('[name="notice_on"]', _day(1))
    await page.fill('[name="legal_basis.ja"]', "見本法第5条")
    await _look(page, f"comment-notice-{language}")
    await press(page, "main form [value=next]")
    for name, after in (("opens_on", 1), ("closes_on", 29), ("result_on", 60)):
        await page.fill(f'[name="{name}"]', _day(after))
    await page.fill('[name="who_may_answer.ja"]', "どなたでも")
    await press(page, "main form [value=next]")
    await _look(page, f"comment-29-days-{language}")
    assert await page.input_value('[name="closes_on"]') == _day(29)
    await page.fill('[name="closes_on"]', _day(30))
    await press(page, "main form [value=next]")
    await page.fill('[name="contact"]', "voice@hida.example")
    await press(page, "main form [value=next]")
    await press(page, form("/move/publish") + " button")
    await page.goto(f"{at}/order-{language}/timeline")
    for name, after in (("sorting", 50), ("decision", 90), ("implementation", 180)):
        await page.fill(f'[name="{name}"]', _day(after))
    await press(page, form("/timeline") + " .form__actions button")
    await _look(page, f"comment-plan-{language}")


async def _read(page: Page, language: str) -> None:
    """The public pages after the planned day, the record of a step, and the list of promises."""
    slug = f"order-{language}"
    await shift(70)
    await db.fetch("UPDATE consultations_step SET planned_on = planned_on - 70;")
    await db.fetch("UPDATE consultations_consultation SET notice_on = notice_on - 70")
    invalidate()
    await page.goto(f"/{language}/office/hida/dialogues/{slug}/timeline/sorting")
    await page.fill('[name="done_on"]', _day(0))
    await page.fill('[name="note.ja"]', "意見を12の論点に分けました。")
    await _look(page, f"comment-step-{language}")
    await press(page, form("/timeline/sorting") + " .form__actions button")
    invalidate()
    for name, address in (
        ("show", f"/dialogues/{slug}"),
        ("easy", f"/dialogues/{slug}?words=easy"),
        ("timeline", f"/dialogues/{slug}/timeline"),
        ("promises", "/organisations/hida"),
        ("list", "/dialogues"),
    ):
        await page.goto(f"/{language}{address}")
        await _look(page, f"comment-{name}-{language}")
