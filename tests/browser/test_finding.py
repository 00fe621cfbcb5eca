"""What makes one want to go, on a phone and at a desk: filter, photographs, day and total."""

import uuid
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.site import served_tabs
from tests.browser.test_accounts import examine
from tests.consultations.build import make_dialogue
from tests.fixtures.accounts import begin_session, make_member, make_organisation
from tests.programmes.listed import Listed, make_date, make_programme, text
from tests.programmes.test_pictures import drawn, encoded

from enishi.accounts import sessions
from enishi.programmes.listings.schemas import OfficeActor
from enishi.programmes.photographs import pictures, service
from enishi.programmes.photographs.schemas import PhotographForm

pytestmark = pytest.mark.browser

SMALLEST = 360
WAYS = [("ja", SMALLEST), ("en", PHONE), ("ja", DESK)]
STORY = {
    "host_words": text("米づくりを四十年、続けてきました。", "We have grown rice for forty years."),
    "timetable": [
        {"at": "09:30", "what": text("公民館に集合", "Meet at the village hall")},
        {"at": "12:00", "what": text("田んぼのそばで昼食", "Lunch beside the paddy")},
    ],
    "meeting_point": "36.238100,137.186300",
}


@pytest.fixture
async def office(own_database: None) -> uuid.UUID:
    return await make_organisation("hida")


@pytest.fixture
async def programme(office: uuid.UUID) -> Listed:
    """One with everything that a programme may have, beside one without."""
    await make_date(await make_programme(fee_adult=0, fee_child=0, kind="helping"), 25)
    made = await make_programme(
        organisation_id=office,
        theme_code="birth-rate",
        story=STORY,
        money={"lodging": "own", "transport": "self", "payment": "cash", "included": text("昼食")},
    )
    await make_date(made, 20)
    actor = OfficeActor(account_id=uuid.uuid4(), organisation_id=office)
    about = PhotographForm.model_validate(
        {
            "alt": text("苗を植える人たち", "People planting rice"),
            "rights": "own",
            "people": "nobody",
        }
    )
    for size in ((1600, 1067), (900, 1200)):
        sizes = await pictures.prepare(encoded(drawn(*size)))
        await service.add(actor, made.id, about, sizes)
    return made


@pytest.fixture
async def open_tab(programme: Listed, app: Any, chromium: Browser) -> AsyncIterator[Open]:
    async with served_tabs(app, chromium) as opened:
        yield opened


@pytest.mark.parametrize(("language", "width"), WAYS)
async def test_each_page_can_be_read_by_everybody(
    open_tab: Open, programme: Listed, office: uuid.UUID, language: str, width: int
) -> None:
    dialogue = await make_dialogue(organisation_id=office)
    page = (await open_tab(width=width, scripts="run")).page
    for name, path in {
        "list-filtered": "programmes?adults=2&child_count=1&season=winter&length=day",
        "list-empty": "programmes?wheelchair=yes&kind=helping&adults=2",
        "story": f"programmes/{programme.slug}?adults=2&child_count=1",
        "related-dialogues": f"programmes/{programme.slug}/dialogues",
        "related-programmes": f"dialogues/{dialogue.slug}/programmes",
    }.items():
        await page.goto(f"/{language}/{path}")
        await examine(page, f"{name}-{language}")


@pytest.mark.parametrize(("language", "width"), WAYS)
async def test_the_office_can_write_them_everywhere(
    open_tab: Open, programme: Listed, office: uuid.UUID, language: str, width: int
) -> None:
    page = (await open_tab(width=width, scripts="run")).page
    await page.goto(f"/{language}/programmes")
    await _sign_in(page, await make_member(office, "editor"))
    at = f"/{language}/office/hida/programmes/{programme.id}"
    await page.goto(f"{at}/edit/story")
    await examine(page, f"office-story-{language}")
    await page.goto(f"{at}/photographs")
    await examine(page, f"office-photographs-{language}")
    await page.locator(".office-photographs a").first.click()
    await examine(page, f"office-photograph-{language}")


async def _sign_in(page: Page, account_id: uuid.UUID) -> None:
    token = sessions.token_for(await begin_session(account_id), account_id)
    origin = urlsplit(page.url)
    cookie = {"name": sessions.cookie_name(), "value": token}
    await page.context.add_cookies(
        [{**cookie, "url": f"{origin.scheme}://{origin.netloc}/"}]  # type: ignore[typeddict-item]
    )


async def test_a_change_brings_new_numbers_and_leaves_the_focus(open_tab: Open) -> None:
    page = (await open_tab(width=PHONE, scripts="run")).page
    await page.goto("/ja/programmes")
    await page.locator("summary", has_text="ほかの条件").click()
    kind = page.locator("#f-kind")
    await kind.focus()
    await kind.select_option("helping")
    await page.locator("#count", has_text="1件").wait_for()
    free = await page.locator('#f-cost option[value="free"]').text_content()
    assert free == "無料（1）"
    assert await kind.evaluate("(it) => it === document.activeElement")
    assert await kind.input_value() == "helping"
    assert await page.locator("details.disclosure").first.get_attribute("open") is not None


async def test_photographs_below_the_first_are_loaded_when_they_come_near(
    open_tab: Open, programme: Listed
) -> None:
    page = (await open_tab(width=PHONE, scripts="run")).page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"/ja/programmes/{programme.slug}", wait_until="networkidle")
    shown = page.locator(".photographs img").first
    assert await shown.evaluate("(it) => it.complete && it.naturalWidth > 0")
    assert await page.locator(".photographs img").nth(1).get_attribute("loading") == "lazy"
    assert [url for url in asked if "/files/" in url]
