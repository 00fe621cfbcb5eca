"""An office runs a dialogue from the draft to the end, in a real browser.

One site for both walks, the second one without scripts.
"""

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from tests.browser.conftest import DESK, PHONE, Scripts
from tests.browser.site import served_tabs
from tests.browser.test_accounts import examine_in_both_widths, form, press
from tests.consultations.build import invalidate
from tests.fixtures.accounts import begin_session, make_member, make_organisation

from enishi.accounts import sessions
from enishi.kit import clock, db

pytestmark = pytest.mark.browser

WALKS: list[tuple[str, int, Scripts]] = [("ja", PHONE, "run"), ("en", DESK, "lost")]
TEXTS = ("problem", "decision", "can_change", "cannot_change")
SEEDS = "便を増やす\nひどいことば"


@pytest.mark.usefixtures("own_database")
async def test_from_a_draft_to_its_end(app: Any, chromium: Browser) -> None:

    invalidate()
    owner = await make_member(await make_organisation("hida"), "owner")
    token = sessions.token_for(await begin_session(owner), owner)
    async with served_tabs(app, chromium) as open_tab:
        for language, width, scripts in WALKS:
            visit = await open_tab(width=width, scripts=scripts)
            await _walk(visit.page, language, token)
            assert visit.complaints == []
    actions = {row["action"] for row in await db.fetch("SELECT action FROM audit_entry")}
    assert actions >= {
        f"consultations.{each}"
        for each in ("dialogue.published", "dialogue.withdrawn", "statement.hidden")
    }


async def _walk(page: Page, language: str, token: str) -> None:

    at = f"/{language}/office/hida/dialogues"
    await page.goto(f"/{language}/")
    cookie: Any = {"name": sessions.cookie_name(), "value": token, "url": page.url}
    await page.context.add_cookies([cookie])
    await page.goto(f"{at}/new")
    await examine_in_both_widths(page, f"office-new-{language}")
    slug = f"bus-{language}"
    await page.fill('[name="title.ja"]', f"バスの対話 {language}")
    await page.fill('[name="title.en"]', f"Bus {language}")
    await press(page, "main form [value=back]")  # the list says what is missing
    await examine_in_both_widths(page, f"office-blocked-{language}")
    assert await page.locator(".task__missing li").count() > 5

    await complete(page, f"{at}/{slug}", examine=language)
    await press(page, form("/move/publish") + " button")
    await _confirm(page, f"{at}/{slug}", "open")
    await examine_in_both_widths(page, f"office-open-{language}")
    await _moderate(page, f"{at}/{slug}", language)
    await _enter_a_letter(page, f"{at}/{slug}", language)
    await _confirm(page, f"{at}/{slug}", "close")
    await _take_back(page, f"{at}/{slug}", language)


async def complete(page: Page, at: str, *, seeds: str = SEEDS, examine: str = "") -> None:
    """Write all parts of a draft; ends at the page that publishes it."""

    async def look(name: str) -> None:
        if examine:
            await examine_in_both_widths(page, f"office-{name}-{examine}")

    day = clock.today()
    await page.goto(f"{at}/edit/topic")
    for name in TEXTS:
        await page.fill(f'[name="{name}.ja"]', f"{name}の文")
    await page.locator('[name="themes"]').first.check()
    await press(page, "main form [value=next]")
    for name, days in (("opens_on", 2), ("closes_on", 9), ("result_on", 30)):
        await page.fill(f'[name="{name}"]', str(day + timedelta(days=days)))
    await page.fill('[name="who_may_answer.ja"]', "どなたでも")
    await page.locator('[name="votes_published"][value="false"]').check()
    await look("rules")
    await press(page, "main form [value=next]")
    await page.fill('[name="texts"]', seeds)
    await press(page, "main form [value=stay]")
    await look("seeds")
    await page.goto(f"{at}/edit/contact")
    await page.fill('[name="contact"]', "voice@hida.example")
    await look("contact")
    await press(page, "main form [value=next]")
    await look("publish")


async def _confirm(page: Page, at: str, verb: str) -> None:
    await page.goto(f"{at}/move/{verb}")
    await press(page, form(f"/move/{verb}") + " button")


async def _moderate(page: Page, at: str, language: str) -> None:
    await page.goto(f"{at}/moderation?state=accepted")
    await page.locator("main summary").first.click()
    await examine_in_both_widths(page, f"office-moderation-{language}")
    await page.locator("select[name=reason]").first.select_option("insult")
    await press(page, "details[open] form button")
    await page.get_by_text("ひどいことば").wait_for()


async def _enter_a_letter(page: Page, at: str, language: str) -> None:
    await page.goto(f"{at}/paper")
    await page.fill('[name="text"]', "手紙に書かれたご意見です。")
    await press(page, form("/paper") + " .form__actions button")
    await examine_in_both_widths(page, f"office-paper-refused-{language}")
    assert await page.input_value('[name="text"]') == "手紙に書かれたご意見です。"
    await page.locator('[name="channel"][value="paper"]').check()
    await page.locator('[name="informed"]').check()
    await press(page, form("/paper") + " .form__actions button")
    await page.locator(".receipt-number").wait_for()
    await examine_in_both_widths(page, f"office-paper-receipt-{language}")


async def _take_back(page: Page, at: str, language: str) -> None:
    await page.goto(f"{at}/withdraw")
    await page.fill('[name="reason.ja"]', "日程の誤りが分かったためです。")
    await examine_in_both_widths(page, f"office-withdraw-{language}")
    await press(page, form("/withdraw") + " button")
    await page.goto(at.replace("/office/hida", ""))
    await examine_in_both_widths(page, f"withdrawn-{language}")
