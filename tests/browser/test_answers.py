"""An office sorts, answers and publishes; a visitor reads the answer and the receipt's page.

Two editors on a phone in Japanese; a reader without scripts on a desk in English.
"""

from typing import Any

import pytest
from playwright.async_api import Browser, Page
from tests.browser.conftest import DESK, PHONE
from tests.browser.site import served_tabs
from tests.browser.test_accounts import examine_in_both_widths, press
from tests.consultations.build import invalidate, make_dialogue, make_opinion, make_statement
from tests.fixtures.accounts import begin_session, make_member, make_organisation

from enishi.accounts import sessions
from enishi.consultations.opinions import receipts
from enishi.kit import db

pytestmark = pytest.mark.browser


async def sign_in(page: Page, account: Any) -> None:
    await page.goto("/ja/")
    token = sessions.token_for(await begin_session(account), account)
    cookie: Any = {"name": sessions.cookie_name(), "value": token, "url": page.url}
    await page.context.add_cookies([cookie])


@pytest.mark.usefixtures("own_database")
async def test_from_opinions_to_a_published_answer(app: Any, chromium: Browser) -> None:
    invalidate()
    organisation = await make_organisation("hida")
    dialogue = await make_dialogue(organisation_id=organisation)
    await make_opinion(dialogue, "夜の便を増やしてください。残業の日に、帰りの足がありません。" * 6)
    await make_statement(dialogue, "夜もバスがほしい")
    number, digest = receipts.new()
    await db.fetch("UPDATE consultations_opinion SET receipt_hash = $1", digest)
    one, other = [await make_member(organisation, "editor") for _ in range(2)]
    async with served_tabs(app, chromium) as open_tab:
        first = await open_tab(width=PHONE, scripts="run")
        second = await open_tab(width=PHONE, scripts="run")
        await sign_in(first.page, one)
        await sign_in(second.page, other)
        at = f"/ja/office/hida/dialogues/{dialogue.slug}"
        await sort(first.page, at)
        argument = await db.fetch_value("SELECT id FROM consultations_argument")
        await draft(first.page, f"{at}/arguments/{argument}/answer")
        await second.page.goto(f"{at}/arguments/{argument}/answer")
        await examine_in_both_widths(second.page, "answer-to-approve")
        await press(second.page, "main form.act button")
        await examine_in_both_widths(second.page, "answers-to-publish")
        await press(second.page, "main .panel form button")
        invalidate()
        reader = await open_tab(width=DESK, scripts="lost")
        await read(reader.page, dialogue.slug, number)
        assert [*first.complaints, *second.complaints, *reader.complaints] == []


async def sort(page: Page, at: str) -> None:
    """Make an argument and put both texts under it."""
    await page.goto(f"{at}/arguments/new")
    await examine_in_both_widths(page, "argument-new")
    await page.fill('[name="title.ja"]', "夜のバス")
    await page.fill('[name="title.en"]', "Night buses")
    await press(page, "main form.form button.button--primary")
    await examine_in_both_widths(page, "argument-choice")
    for box in await page.locator('[name="texts"][type="checkbox"]').all():
        await box.check()
    await press(page, 'main form[method="post"] button')
    await page.goto(f"{at}/arguments")
    await examine_in_both_widths(page, "arguments")
    argument = await db.fetch_value("SELECT id FROM consultations_argument")
    for part in ("", "/texts", "/merge"):
        await page.goto(f"{at}/arguments/{argument}{part}")
        await examine_in_both_widths(page, f"argument{part.replace('/', '-')}")


async def draft(page: Page, address: str) -> None:
    await page.goto(address)
    await examine_in_both_widths(page, "answer-draft")
    await page.check('[name="outcome"][value="partly"]')
    await page.fill('[name="reason.ja"]', "夜の便を一つ増やします。")
    await page.fill('[name="reason.en"]', "One more night bus.")
    await page.fill('[name="division.ja"]', "交通政策課")
    await page.fill('[name="passage_before"]', "夜の便は、平日の20時までとします。")
    await page.fill('[name="passage_after"]', "夜の便は、平日と土曜日の21時までとします。")
    await press(page, "main form.form button")


async def read(page: Page, slug: str, number: str) -> None:
    for language in ("ja", "en"):
        for part in ("answers", "answers/1"):
            await page.goto(f"/{language}/dialogues/{slug}/{part}")
            await examine_in_both_widths(page, f"public-{part.replace('/', '-')}-{language}")
    await page.goto(f"/en/dialogues/{slug}/receipt")
    await page.fill('[name="receipt"]', number)
    await press(page, "main form button")
    await examine_in_both_widths(page, "receipt-answered")
    assert await page.locator(f'a[href="/en/dialogues/{slug}/answers/1"]').count() == 1
