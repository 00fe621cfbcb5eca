"""A clerk's day: a programme from nothing, its sessions, who comes, and one that is called off.

By the names of things alone; every page on the way is examined with axe.
"""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from tests.accounts.walks import code_for
from tests.browser.conftest import PHONE, Open, Scripts
from tests.browser.site import WALKS, served_tabs
from tests.browser.test_accounts import examine, press
from tests.fixtures.accounts import make_account, make_member, make_organisation
from tests.programmes.build import family
from tests.programmes.conftest import somebody

from enishi.kit import clock, db
from enishi.programmes.allocation.service import applications
from enishi.programmes.applications.schemas import Applicant

pytestmark = pytest.mark.browser

ADDRESS = "clerk@example.jp"
LOOK_WIDE = {
    "lacking",
    "basic",
    "session-refused",
    "publish",
    "close",
    "programme",
    "applicants",
    "marks",
    "call-off",
}
WORDS: dict[str, dict[str, str]] = json.loads("""
{"ja": {"new": "新しく作る", "make": "下書きを作る", "next": "保存して次へ",
  "check": "確かめて公開する", "publish": "この内容で公開する",
  "add": "この開催回を加える",
  "published": "公開しました", "applicants": "申込と出欠", "repeat": "ほかの日にも加える",
  "adds": "開催回を加える", "all": "全員を「出席」にする",
  "missed": "欠席", "save": "この組の出欠を記録する", "absent": "花子: 全員欠席",
  "sheet": "印刷用の名簿", "off": "中止にする", "tell": "中止にして、知らせる",
  "told": "開催を中止にしました", "preview": "見え方を確かめる", "change": "変える"},
 "en": {"new": "New programme", "make": "Create the draft",
  "check": "Check and publish", "publish": "Publish this",
  "next": "Save and continue", "add": "Add this session",
  "published": "Published", "applicants": "Applications and attendance",
  "repeat": "Repeat on other days", "adds": "Add a session", "all": "Mark everybody as attended",
  "missed": "Absent", "save": "Record attendance of this party", "absent": "花子: All absent",
  "sheet": "List to print", "off": "Cancel",
  "tell": "Cancel and tell everybody", "told": "The session is cancelled",
  "preview": "Preview", "change": "Change"}}
""")


@pytest.fixture
async def open_tab(own_database: None, app: Any, chromium: Browser) -> AsyncIterator[Open]:
    async with served_tabs(app, chromium) as opened:
        yield opened


async def sign_in(page: Page, language: str) -> None:
    organisation_id = await make_organisation()
    clerk_id = await make_member(organisation_id, "editor")
    await db.fetch("UPDATE accounts_account SET address = $2 WHERE id = $1", clerk_id, ADDRESS)
    await page.goto(f"/{language}/office/hida/programmes")
    await page.fill("#f-address", ADDRESS)
    await press(page, 'form[action$="/sign-in"] button')
    await page.fill("#f-code", await code_for(ADDRESS))
    await press(page, 'form[action$="/sign-in/code"] button')


async def look(page: Page, name: str, language: str) -> None:
    """Every page on a phone; where there is room, those that make use of it."""
    size = page.viewport_size
    if size is None or size["width"] == PHONE or name in LOOK_WIDE:
        await examine(page, f"{name}-{language}")


async def follow(page: Page, name: str, kind: str = "link") -> None:
    async with page.expect_navigation():
        await page.get_by_role("main").get_by_role(kind, name=name).first.click()  # type: ignore[arg-type]


async def write_listing(page: Page, words: dict[str, str], language: str) -> None:
    """Each part in its turn, with no more than publishing needs."""
    await page.fill("[name='summary.ja']", "手で苗を植えて、地元のお昼ごはんを食べます。")
    await page.fill("[name='body.ja']", "午前に集まり、棚田に入ります。")
    await page.fill("[name='host_name']", "棚田を守る会")
    await look(page, "basic", language)
    await follow(page, words["next"], "button")
    await page.fill("[name='story.host_words.ja']", "米づくりを四十年、続けてきました。")
    await page.fill("[name='story.timetable.0.at']", "09:30")
    await page.fill("[name='story.timetable.0.what.ja']", "公民館に集合")
    await look(page, "story", language)
    await follow(page, words["next"], "button")
    await page.check("[name=minors][value=accompanied]")
    await page.fill("[name=age_min]", "70")
    await page.fill("[name=age_max]", "6")
    await follow(page, words["next"], "button")
    await look(page, "conditions-refused", language)
    await page.fill("[name=age_min]", "6")
    await page.fill("[name=age_max]", "")
    await follow(page, words["next"], "button")
    await page.fill("[name=fee_adult]", "1500")
    await page.check("[name='money.lodging'][value=none]")
    await page.check("[name='money.transport'][value=self]")
    await look(page, "money", language)
    await follow(page, words["next"], "button")
    await page.check("[name=wheelchair]")
    await look(page, "access", language)
    await follow(page, words["next"], "button")
    await page.fill("[name='contact.telephone']", "0577-00-0000")
    await follow(page, words["next"], "button")


async def add_session(page: Page, words: dict[str, str], language: str) -> None:
    day = clock.today() + timedelta(days=40)
    await follow(page, words["add"], "button")  # nothing typed yet
    await look(page, "session-refused", language)
    await page.fill("[name=day]", str(day))
    await page.fill("[name=starts]", "09:30")
    await page.fill("[name=ends]", "12:00")
    await page.fill("[name=last_day]", str(day - timedelta(days=3)))
    await page.fill("[name=capacity]", "3")
    await page.fill("[name=waiting_limit]", "5")
    await page.fill("[name='meeting_place.ja']", "長瀞公民館")
    await follow(page, words["add"], "button")


async def apply_all() -> list[Applicant]:
    """Two families for three places: one comes in, one waits; both have mailboxes."""
    session_id = await db.fetch_value(
        "SELECT id FROM programmes_session ORDER BY starts_at LIMIT 1"
    )
    people = []
    for name in ("花子", "太郎"):
        account_id = await make_account(name)
        people.append(somebody().model_copy(update={"account_id": account_id}))
        form = family(name, needs="そばアレルギー", note="電車で行きます。")
        await applications.apply(people[-1], session_id, form)
    return people


async def begin_first_session() -> None:
    await db.fetch(
        """UPDATE programmes_session SET starts_at = $1::timestamptz - interval '1 hour',
        opens_at = $1 - interval '2 days', closes_at = $1 - interval '1 day',
        ends_at = $1 + interval '1 hour'
        WHERE id = (SELECT id FROM programmes_session ORDER BY starts_at LIMIT 1)""",
        clock.now(),
    )


@pytest.mark.parametrize(("language", "width", "scripts"), WALKS[:2])
async def test_a_clerk_runs_a_programme(
    open_tab: Open, language: str, width: int, scripts: Scripts
) -> None:
    words = WORDS[language]
    visit = await open_tab(width=width, scripts=scripts)
    page = visit.page
    await sign_in(page, language)
    await look(page, "empty", language)
    await follow(page, words["new"])
    await page.fill("[name='title.ja']", "棚田の田植えと、地元のお昼ごはん")
    await page.check("[name=kind][value=experience]")
    await follow(page, words["make"], "button")
    await follow(page, words["check"])
    await follow(page, words["publish"], "button")
    await look(page, "lacking", language)
    await page.locator(".notice a[href$='summary.ja']").click()
    await page.wait_for_url("**/edit/basic#f-summary.ja")
    await write_listing(page, words, language)
    await add_session(page, words, language)
    await follow(page, words["preview"])
    await look(page, "preview", language)
    await page.go_back()
    await page.goto(page.url.partition("?")[0] + "/move/delete")
    await look(page, "delete", language)
    await page.go_back()
    await follow(page, words["check"])
    await look(page, "publish", language)
    await follow(page, words["publish"], "button")
    await page.get_by_role("status").get_by_text(words["published"]).wait_for()
    await follow(page, words["repeat"])
    await page.fill("[name=weeks]", "3")
    await look(page, "copy", language)
    await follow(page, words["adds"], "button")
    await apply_all()
    await page.reload()
    await look(page, "programme", language)
    await page.goto(page.url.partition("?")[0] + "/move/close")
    await look(page, "close", language)
    await page.go_back()
    await follow(page, words["change"])
    await look(page, "change", language)
    await page.go_back()
    await attend(page, words, language)
    await page.goto(f"/{language}/office/hida/programmes")
    await look(page, "overview", language)
    await in_the_other_language(page, language)
    assert visit.complaints == []


async def in_the_other_language(page: Page, language: str) -> None:
    """The pages that differ most, at the same width."""
    other = "en" if language == "ja" else "ja"
    at = f"/{other}/office/hida/programmes"
    programme = await db.fetch_value("SELECT id FROM programmes_programme")
    [first, following] = await db.fetch(
        "SELECT id FROM programmes_session ORDER BY starts_at LIMIT 2"
    )
    for name, path in {
        "programme": f"/{programme}",
        "applicants": f"/sessions/{first['id']}",
        "change": f"/sessions/{following['id']}/edit",
    }.items():
        await page.goto(at + path)
        await examine(page, f"{name}-{other}")


async def mark_child(page: Page, words: dict[str, str], language: str) -> None:
    """One person of a party did not come; by the keys alone."""
    await page.locator("summary").filter(has_text="花子").focus()
    await page.keyboard.press("Enter")
    child = page.get_by_role("group", name="山田そら")
    await page.keyboard.press("Tab")  # to the mark of the first person
    await page.keyboard.press("Tab")
    assert await child.evaluate("each => each.contains(document.activeElement)")
    await page.keyboard.press("ArrowRight")
    assert await child.get_by_role("radio", name=words["missed"]).is_checked()
    await look(page, "marks", language)
    await page.get_by_role("button", name=words["save"]).focus()
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    [first, second] = (await page.locator(".party > li").all_inner_texts())[:2]
    assert words["missed"] not in first
    assert words["missed"] in second


async def attend(page: Page, words: dict[str, str], language: str) -> None:
    await follow(page, words["applicants"])
    await begin_first_session()
    await page.reload()
    await look(page, "applicants", language)
    await follow(page, words["all"], "button")
    await mark_child(page, words, language)
    await follow(page, words["absent"], "button")
    await follow(page, words["sheet"])
    await look(page, "sheet", language)
    await page.go_back()
    await page.locator(".breadcrumb a").nth(1).click()
    await follow(page, words["off"])
    await page.fill("[name='reason.ja']", "大雨のため、安全を考えて中止にします。")
    await look(page, "call-off", language)
    await follow(page, words["tell"], "button")
    await page.get_by_role("status").get_by_text(words["told"]).wait_for()
