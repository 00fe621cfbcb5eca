"""The whole path of Enishi, once: from a dialogue that opens to the figures that are published.

A clerk of Hida opens a dialogue and publishes a programme; a citizen votes, writes, attends and
registers with the place; the clerk marks the attendance; an analyst reads the figures; the
worker's jobs run; and the release of the day has the same numbers.

On the desk, in Japanese, without axe: each part is examined by its own walk. Not typed here are
the listing of the programme (written as rows; the clerk adds the session and publishes) and 31 of
the 32 statements the dialogue begins with (from the service behind the form that takes the first).
"""

import itertools
import uuid
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from playwright.async_api import Browser, Page
from tests.browser.conftest import DESK, Open
from tests.browser.site import served_tabs
from tests.browser.test_dialogue_office import complete
from tests.browser.test_programme_office import begin_first_session
from tests.browser.test_programmes import WORDS, fill_in, find
from tests.browser.test_registrations import press
from tests.consultations.build import invalidate
from tests.fixtures import accounts
from tests.programmes.listed import make_date, make_programme, text
from tests.statistics.settled import collect, settle

from enishi import wiring
from enishi.accounts import sessions
from enishi.consultations.core import queries as consultations
from enishi.consultations.voting import service as statements
from enishi.consultations.voting import writer
from enishi.consultations.voting.schemas import StatementForm
from enishi.kit import clock, db, formatting, job_leases
from enishi.statistics.labels import CUBES
from enishi.statistics.metrics import BY_KEY
from enishi.statistics.queries import cube_releases, registered_people
from enishi.statistics.schemas import CubeRelease
from enishi.statistics.service import facts
from enishi.statistics.service.cube_releases import last_settled_day
from enishi_jobs.runner import Runner
from enishi_jobs.schedule import CRONS

pytestmark = pytest.mark.browser

SEEDS, VOTES = 32, 30
OFFICE = "/ja/office/hida"
DIALOGUE = "night-bus"
OPINION = "夜の九時を過ぎても、駅から帰れる便を残してください。"
WORKER = {each.name: each.run for each in CRONS}
# What one citizen with a child has done, exactly, as only their office sees it.
EXACT = {
    "dialogue.joined": "1",
    "dialogue.active": "1",
    "dialogue.votes": "30",
    "dialogue.voices": "1",
    "programme.applied": "2",
    "programme.confirmed": "2",
    "programme.attended": "2",
}
# The cubes of the whole nation, as everybody may read them: with noise, in tens.
NATION = ("tie.nation", "part.nation", "visit.nation")
MOST = 40  # one or two people with the noise of the first days, at eight standard deviations


class Cast(NamedTuple):
    """Who is who, by id."""

    hida: uuid.UUID
    clerk: uuid.UUID
    analyst: uuid.UUID
    citizen: uuid.UUID


@pytest.fixture
async def cast(own_database: None) -> Cast:
    invalidate()
    registered_people.invalidate()
    hida = await accounts.make_organisation()
    return Cast(
        hida,
        clerk=await accounts.make_member(hida, "owner"),
        analyst=await accounts.make_member(hida, "analyst", "分析係"),
        citizen=await accounts.make_account("山田花子"),
    )


@pytest.fixture
async def open_tab(cast: Cast, app: Any, chromium: Browser) -> AsyncIterator[Open]:
    async with writer.writing(), served_tabs(app, chromium) as opened:
        yield opened


async def test_what_a_citizen_did_becomes_the_figures(open_tab: Open, cast: Cast) -> None:
    office, home, desk = [await open_tab(width=DESK, scripts="run") for _ in range(3)]
    await sign_in(office.page, cast.clerk)
    await open_dialogue(office.page, cast)
    programme = await offer_programme(office.page, cast)

    await sign_in(home.page, cast.citizen)
    await vote(home.page)
    receipt = await write_an_opinion(home.page)
    await sign_up(home.page)
    await register(home.page, programme)

    await mark_attendance(office.page)
    await run_jobs()
    await collect()
    await sign_in(desk.page, cast.analyst)
    exact = {str(BY_KEY[key].title): value for key, value in EXACT.items()}
    await is_headed(desk.page, f"{OFFICE}/statistics", exact)
    await publish()
    published = {str(CUBES[name]): shown(value) for name, value in (await stored()).items()}
    await is_headed(desk.page, "/ja/statistics", published)
    await look_back(home.page, receipt)
    drifts = await facts.recount(wiring.FACT_SOURCES)
    assert [each for each in drifts if each.missing or each.surplus] == []
    assert [visit.complaints for visit in (office, home, desk)] == [[], [], []]


async def sign_in(page: Page, account_id: uuid.UUID) -> None:
    await page.goto("/ja/")
    token = sessions.token_for(await accounts.begin_session(account_id), account_id)
    cookie: Any = {"name": sessions.cookie_name(), "value": token, "url": page.url}
    await page.context.add_cookies([cookie])


async def fill(page: Page, fields: dict[str, str]) -> None:
    for name, typed in fields.items():
        await page.fill(f'[name="{name}"]', typed)


async def open_dialogue(page: Page, cast: Cast) -> None:
    places = ("駅前", "病院", "学校", "市場", "川沿い", "団地", "温泉街", "山あい")
    wishes = ("夜の便がほしい", "明かりを増やす", "待合所を直す", "運賃を下げる")
    first, *rest = [f"{place}に{wish}" for place, wish in itertools.product(places, wishes)]
    await page.goto(f"{OFFICE}/dialogues/new")
    await fill(page, {"title.ja": "夜の足をどう残すか", "title.en": DIALOGUE})
    await press(page, "保存して一覧へ")
    await complete(page, f"{OFFICE}/dialogues/{DIALOGUE}", seeds=first)
    await press(page, "この内容で公開する")
    await press(page, "いま募集を始める", "link")
    await press(page, "いま募集を始める")
    clerk = await accounts.actor_of(cast.clerk)
    dialogue = await consultations.get_for_office(cast.hida, DIALOGUE)
    for words in rest:
        await statements.add_seed(clerk, dialogue, StatementForm(text=words))


async def offer_programme(page: Page, cast: Cast) -> str:
    """Beside two that the citizen does not look for; answers its public address."""
    far = await make_programme(municipality_code="473821", prefecture_code="470007")
    await make_date(far, 60)
    await make_date(await make_programme(minors="not_admitted"), 60)
    unseen = {"state": "draft", "published_at": None, "title": text("長瀞の田植え")}
    draft = await make_programme(organisation_id=cast.hida, **unseen)
    day = clock.today() + timedelta(days=20)
    await page.goto(f"{OFFICE}/programmes/{draft.id}/sessions/new")
    times = {"day": str(day), "starts": "09:30", "ends": "12:00", "last_day": str(day)}
    places = {"capacity": "10", "waiting_limit": "0", "meeting_place.ja": "長瀞公民館"}
    await fill(page, times | places)
    await press(page, "この開催回を加える")
    await page.goto(f"{OFFICE}/programmes/{draft.id}")
    await press(page, "確かめて公開する", "link")
    await press(page, "この内容で公開する")
    await page.get_by_role("status").get_by_text("公開しました").wait_for()
    return f"/ja/programmes/{draft.slug}"


async def vote(page: Page) -> None:
    """Thirty of the 32 cards by key, each letter ten times; then the page has counted them."""
    await page.goto("/ja/dialogues")
    await press(page, "夜の足をどう残すか", "link")
    await page.get_by_text("problemの文").wait_for()
    await press(page, "カードで投票する", "link")
    await page.locator("#card").focus()
    for done, key in enumerate(itertools.islice(itertools.cycle("adp"), VOTES), start=1):
        await page.keyboard.press(key)
        card = page.locator("#card:focus")
        await card.get_by_text(f"{SEEDS}枚中{done}枚に投票").first.wait_for()
    rows = await db.fetch("SELECT value FROM consultations_vote ORDER BY value")
    assert [row["value"] for row in rows] == [-1] * 10 + [0] * 10 + [1] * 10


async def write_an_opinion(page: Page) -> str:
    """Answers the number of the receipt."""
    await page.goto(f"/ja/dialogues/{DIALOGUE}")
    await press(page, "ご意見を書く", "link")
    await page.get_by_role("textbox", name="ご意見").fill(OPINION)
    await press(page, "見え方を確かめる")
    await press(page, "提出する")
    return await page.locator(".receipt-number").inner_text()


async def sign_up(page: Page) -> None:
    words = WORDS["ja"]
    await page.goto("/ja/programmes")
    await find(page, words, "run")
    await page.locator(".card__link").click()
    await page.get_by_role("link", name=words["apply"], exact=True).click()
    await fill_in(page, words, "run")
    await page.locator('[name="party.1.age"]').fill("7")
    await page.get_by_role("button", name=words["apply"], exact=True).click()
    await page.locator(".timeline").get_by_text(words["confirmed"]).wait_for()


async def register(page: Page, programme: str) -> None:
    """From the programme to the place it is in, and from there."""
    await page.goto(programme)
    await press(page, "飛騨市を知り、つながる", "link")
    await press(page, "飛騨市に登録する", "link")
    await page.get_by_role("checkbox", name="出身地だから").check()
    await press(page, "登録する")
    assert await db.fetch_value("SELECT count(*) FROM relations_registration") == 1


async def mark_attendance(page: Page) -> None:
    await page.goto(f"{OFFICE}/programmes")
    await press(page, "長瀞の田植え", "link")
    await press(page, "申込と出欠", "link")
    assert await page.locator(".party li strong").all_inner_texts() == ["山田花子", "山田そら"]
    await page.get_by_text("出欠は、開催が始まってから記録できます。").wait_for()
    await begin_first_session()
    await page.reload()
    await press(page, "全員を「出席」にする")
    await page.locator(".entry").get_by_text("参加済み", exact=True).wait_for()


async def run_jobs() -> None:
    """Everything that waits for the worker, until nothing does; none may fail."""
    runner = Runner("tests", timedelta(seconds=30))
    while waiting := await job_leases.find_due(100):
        for due in waiting:
            await runner.run(due.id)
    assert await db.fetch("SELECT name, state FROM kit_job WHERE state <> 'done'") == []
    assert await db.fetch_value("SELECT count(*) FROM relations_activity") == 1


async def publish() -> None:
    """By the worker's own clockwork: what happened today is not in the release of yesterday."""
    await settle()
    await WORKER["statistics.publish"]()
    assert await days() == {last_settled_day()}
    midnight = clock.start_of_day(clock.today() + timedelta(days=1))
    with clock.frozen_at(midnight + timedelta(hours=3)):
        await WORKER["statistics.publish"]()
    assert await days() == {clock.today()}
    assert {value for value in (await stored()).values() if (value or 0) > MOST} == set()


async def newest() -> list[CubeRelease]:
    found = [await cube_releases.find_latest(name) for name in NATION]
    return [release for release in found if release is not None]


async def days() -> set[date]:
    return {release.until for release in await newest()}


async def stored() -> dict[str, int | None]:
    """What is printed of the nation in the newest releases, by cube."""
    return {release.cube: release.rows[0].value for release in await newest()}


def shown(value: int | None) -> str:
    return "20人未満" if value is None else str(value)


async def is_headed(page: Page, path: str, figures: dict[str, str]) -> None:
    """The page begins with these figures, each under its name, and maybe with others."""
    await page.goto(path)
    pairs = await page.locator(".headline__item").evaluate_all(
        "(items) => items.map((item) => ['dt', '.headline__number'].map("
        "(part) => item.querySelector(part).textContent.trim()))"
    )
    assert dict(pairs) | figures == dict(pairs)


async def look_back(page: Page, receipt: str) -> None:
    """The citizen finds what they did: the journey at their places, the opinion by its number."""
    starts_at = await db.fetch_value("SELECT starts_at FROM programmes_session ORDER BY 1 LIMIT 1")
    await page.goto("/ja/my/places")
    row = page.get_by_role("row").filter(has_text="受入れ団体の確認")
    day = formatting.format_date(clock.in_tokyo(starts_at).date())
    assert await row.get_by_role("rowheader").inner_text() == day
    cells = row.get_by_role("cell")
    assert await cells.all_inner_texts() == ["岐阜県飛騨市", "体験", "受入れ団体の確認"]
    await page.goto(f"/ja/dialogues/{DIALOGUE}/receipt")
    await page.get_by_role("textbox", name="受付番号").fill(receipt)
    await press(page, "確かめる")
    await page.get_by_role("status").get_by_text("公開中", exact=True).wait_for()
    await page.get_by_text(OPINION).wait_for()
