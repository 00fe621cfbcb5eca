"""The public list with its filter, the page of a programme, feeds and calendar files."""

import json
import re
import uuid
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import icalendar
import pytest
from tests.programmes.conftest import party, somebody
from tests.programmes.listed import make_date, make_programme, text

from enishi.kit import clock, db
from enishi.kit.pagination import encode_cursor
from enishi.programmes.allocation.service import applications
from enishi.programmes.sessions import queries as session_queries
from enishi.settings import get_settings

SITE = get_settings().base_url
ATOM = "{http://www.w3.org/2005/Atom}"


def found(page: httpx.Response) -> list[str]:
    """The slugs of the programmes on a page, in their order."""
    assert page.status_code == 200
    return re.findall(r'card__link" href="/\w\w/programmes/([a-z0-9-]+)"', page.text)


async def listed(days: float = 30, date: dict[str, Any] | None = None, **changes: Any) -> str:
    programme = await make_programme(**changes)
    await make_date(programme, days, **(date or {}))
    return programme.slug


async def test_what_comes_next_is_listed_first_with_what_people_decide_by(
    visitor: httpx.AsyncClient,
) -> None:
    late = await listed(40, title=text("稲刈り", "Harvest"), fee_adult=0, fee_child=0)
    early = await listed(20, title=text("田植え", "Planting"), wheelchair=True)
    page = await visitor.get("/ja/programmes")
    assert found(page) == [early, late]
    for words in (
        "岐阜県飛騨市",
        "大人 3,000円・子ども 1,500円",
        "無料",
        "あと10席",
        "車いす",
        "2件",
    ):
        assert words in page.text
    assert "Planting" in (await visitor.get("/en/programmes")).text


@pytest.mark.parametrize(
    ("query", "fits", "other"),
    [
        ("prefecture=210005", {}, {"prefecture_code": "470007", "municipality_code": "473821"}),
        ("municipality=212172", {}, {"municipality_code": "212032"}),
        ("kind=helping", {"kind": "helping"}, {}),
        ("cost=free", {"fee_adult": 0}, {"fee_adult": 1}),
        ("cost=3000", {"fee_adult": 3000}, {"fee_adult": 3001}),
        ("cost=10000", {"fee_adult": 10000}, {"fee_adult": None}),
        ("theme=birth-rate", {"theme_code": "birth-rate"}, {"theme_code": "local-industry"}),
        ("children=yes", {"minors": "with_consent"}, {"minors": "not_admitted"}),
        ("wheelchair=yes", {"wheelchair": True}, {"wheelchair": False}),
        ("prefecture=&kind=&cost=&month=", {}, {"state": "closed"}),
    ],
)
async def test_a_condition_narrows_the_list(
    visitor: httpx.AsyncClient, query: str, fits: dict[str, Any], other: dict[str, Any]
) -> None:
    wanted = await listed(**fits)
    await listed(**other)
    page = await visitor.get(f"/ja/programmes?{query}")
    assert found(page) == [wanted]
    assert "1件" in page.text
    feed = ET.fromstring((await visitor.get(f"/ja/programmes/feed.xml?{query}")).content)  # noqa: S314 (our own)
    links = [link.get("href", "") for link in feed.iterfind(f"{ATOM}entry/{ATOM}link")]
    assert [link.rpartition("/")[2] for link in links] == [wanted]


async def test_only_with_free_places_leaves_out_what_is_full(visitor: httpx.AsyncClient) -> None:
    free = await listed(days=20)
    full = await make_programme()
    session_id = await make_date(full, 10, capacity=1)
    await applications.apply(somebody(), session_id, party())
    assert found(await visitor.get("/ja/programmes")) == [full.slug, free]
    assert found(await visitor.get("/ja/programmes?places=yes")) == [free]


async def test_a_month_is_that_of_japan(visitor: httpx.AsyncClient) -> None:
    first = clock.start_of_day(clock.today().replace(day=1)) + timedelta(days=63)
    first = clock.start_of_day(clock.in_tokyo(first).date().replace(day=1))
    programmes = []
    for starts_at in (first - timedelta(hours=1), first):  # the first ends at midnight
        date = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
        programmes.append(await listed(date=date))
    month = f"{clock.in_tokyo(first):%Y-%m}"
    assert found(await visitor.get(f"/ja/programmes?month={month}")) == [programmes[1]]


async def test_pages_follow_one_another_and_keep_the_conditions(
    visitor: httpx.AsyncClient,
) -> None:
    slugs = [await listed(days=10 + n) for n in range(23)]
    first = await visitor.get("/ja/programmes?prefecture=210005")
    assert found(first) == slugs[:20]
    [query] = re.findall(r'rel="next" href="([^"]+)"', first.text)
    second = await visitor.get("/ja/programmes" + query.replace("&amp;", "&"))
    assert found(second) == slugs[20:]
    assert "23件" in second.text
    assert 'href="/ja/programmes?prefecture=210005"' in second.text
    assert (await visitor.get("/ja/programmes?after=x")).status_code == 404
    before_time = encode_cursor(("0001-01-01T00:00:00+09:00", uuid.uuid4()))
    assert (await visitor.get(f"/ja/programmes?after={before_time}")).status_code == 404


async def test_the_list_with_its_counts_costs_three_statements_however_long_it_is(
    visitor: httpx.AsyncClient, statements: list[str]
) -> None:
    """Rows, themes, and the keywords if there are any; rows of an empty list are not asked for."""
    for n in range(12):
        await listed(days=10 + n)
    costs = []
    for query in ("month=2031-01", "kind=experience", "q=棚田&adults=2&cost=10000"):
        statements.clear()
        await visitor.get(f"/ja/programmes?{query}")
        costs.append(len(statements))
    # The first page also asks both domains for samples, and loads the arrays (a COPY: not listed).
    assert costs == [5, 2, 3]


async def test_an_empty_list_says_what_to_do_next(visitor: httpx.AsyncClient) -> None:
    assert "募集が始まると、ここに並びます" in (await visitor.get("/ja/programmes")).text
    await listed()
    page = await visitor.get("/ja/programmes?prefecture=130001&kind=helping")
    assert "0件" in page.text
    assert 'href="/ja/programmes?kind=helping"' in page.text  # without the prefecture
    assert "/ja/programmes/feed.xml?prefecture=130001&amp;kind=helping" in page.text


@pytest.mark.parametrize(
    "query", ["month=2026-13", "kind=x", "cost=12", "prefecture=21", "theme=<b>", "children=2"]
)
async def test_conditions_that_no_form_sends_are_refused(
    visitor: httpx.AsyncClient, query: str
) -> None:
    page = await visitor.get(f"/ja/programmes?{query}")
    assert page.status_code == 422
    assert "条件を読み取れませんでした" in page.text


async def test_another_prefecture_forgets_the_municipality(visitor: httpx.AsyncClient) -> None:
    slug = await listed()
    query = "prefecture=210005&municipality=473821"
    assert found(await visitor.get(f"/ja/programmes?{query}")) == [slug]


@pytest.mark.parametrize("state", ["draft", "closed", "published"])
async def test_drafts_are_nowhere_and_what_is_closed_is_in_no_list(
    visitor: httpx.AsyncClient, state: str
) -> None:
    programme = await make_programme(state=state, title=text("見えるかどうか"))
    session_id = await make_date(programme)
    lists = ["/ja/programmes", "/ja/programmes/feed.xml", "/ja/programmes?prefecture=210005"]
    pages = [
        f"/ja/programmes/{programme.slug}",
        f"/ja/programmes/{programme.slug}/calendar.ics",
        f"/ja/programmes/sessions/{session_id}/calendar.ics",
    ]
    shown = ["見えるかどうか" in (await visitor.get(path)).text for path in lists]
    assert shown == [state == "published"] * len(lists)
    answers = [(await visitor.get(path)).status_code for path in pages]
    assert answers == [404 if state == "draft" else 200] * len(pages)


async def test_the_page_says_all_that_the_listing_holds(visitor: httpx.AsyncClient) -> None:
    programme = await make_programme(
        age_min=6,
        age_max=75,
        is_sample=True,
        theme_code="birth-rate",
        conditions={"companion_rule": text("保護者一人に二人まで"), "physical_load": "heavy"},
        money={"included": text("昼食"), "lodging": "own", "transport": "pickup"},
        access={"sign_language": True, "note": text("砂利道です")},
        contact={
            "name": text("山田"),
            "telephone": "0577-00-0000",
            "website": "https://e.example/",
        },
    )
    await make_date(programme)
    page = (await visitor.get(f"/ja/programmes/{programme.slug}")).text
    for words in (
        "6歳以上75歳以下", "大人と一緒に", "保護者一人に二人まで", "きつい", "昼食", "宿は自分で",
        "送迎", "手話", "砂利道", "0577-00-0000", "https://e.example/", "棚田の会",
        "見本データ", "公民館の前", "あと10席", "先着順です", "少子化への対応",
    ):  # fmt: skip
        assert words in page, words
    assert f'rel="canonical" href="{SITE}/ja/programmes/{programme.slug}"' in page
    assert 'property="og:title"' in page


@pytest.mark.parametrize(
    ("changes", "words", "can_apply"),
    [
        ({"opens_at": timedelta(days=2)}, "受付前", False),
        ({"closes_at": timedelta(days=-0.5)}, "受付終了", False),
        ({"capacity": 1, "taken": 1}, "満席・キャンセル待ち受付中", True),
        (
            {"capacity": 1, "taken": 1, "waiting_limit": 0},
            "キャンセル待ちの受付も終わりました",
            False,
        ),
        ({"state": "cancelled", "cancelled_reason": "大雨のため"}, "大雨のため", False),
    ],
)
async def test_each_date_says_how_it_stands(
    visitor: httpx.AsyncClient, changes: dict[str, Any], words: str, *, can_apply: bool
) -> None:
    programme = await make_programme()
    now = clock.now()
    moved = {
        name: now + value if isinstance(value, timedelta) else value
        for name, value in changes.items()
    }
    session_id = await make_date(programme, **moved)
    page = (await visitor.get(f"/ja/programmes/{programme.slug}")).text
    assert words in page
    assert (f"/ja/programmes/sessions/{session_id}/apply" in page) is can_apply


async def test_search_engines_read_each_date_as_an_event(visitor: httpx.AsyncClient) -> None:
    programme = await make_programme(age_min=6)
    await make_date(programme, 10)
    await make_date(programme, 20, state="cancelled", cancelled_reason="大雨")
    over = clock.now() - timedelta(days=3)
    await make_date(programme, -2, opens_at=over - timedelta(days=9), closes_at=over)
    page = (await visitor.get(f"/ja/programmes/{programme.slug}")).text
    [document] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    planned, cancelled = json.loads(document)["@graph"]
    assert planned["@type"] == "Event"
    assert planned["startDate"].endswith("+09:00")
    assert planned["location"]["address"]["addressLocality"] == "飛騨市"
    assert planned["offers"]["price"] == 3000
    assert planned["offers"]["availability"] == "https://schema.org/InStock"
    assert planned["typicalAgeRange"] == "6-"
    assert cancelled["eventStatus"] == "https://schema.org/EventCancelled"


async def test_invented_programmes_are_not_told_to_search_engines(
    visitor: httpx.AsyncClient,
) -> None:
    slug = await listed(is_sample=True)
    page = (await visitor.get(f"/ja/programmes/{slug}")).text
    assert '"@graph": []' in page
    assert 'content="noindex"' in page


async def test_a_cancelled_date_stays_in_the_calendars_as_cancelled(
    visitor: httpx.AsyncClient,
) -> None:
    programme = await make_programme()
    kept = await make_date(programme, 10)
    gone = await make_date(programme, 20, state="cancelled", cancelled_reason="大雨")
    answer = await visitor.get(f"/ja/programmes/{programme.slug}/calendar.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    entries = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert [(str(each["UID"]), str(each["STATUS"])) for each in entries] == [
        (f"{kept}@127.0.0.1", "CONFIRMED"),
        (f"{gone}@127.0.0.1", "CANCELLED"),
    ]
    one = await visitor.get(f"/ja/programmes/sessions/{kept}/calendar.ics")
    [entry] = icalendar.Calendar.from_ical(one.content).walk("VEVENT")
    assert str(entry["UID"]) == f"{kept}@127.0.0.1"
    [row] = await db.fetch("SELECT starts_at FROM programmes_session WHERE id = $1", kept)
    assert entry.decoded("DTSTART") == row["starts_at"].replace(microsecond=0)


async def test_what_is_to_come_is_shown_however_much_is_over(visitor: httpx.AsyncClient) -> None:
    """A weekly programme has 200 past sessions after four years."""
    programme = await make_programme()
    first = await make_date(programme, -2000, opens_at=clock.now() - timedelta(days=2100))
    await db.fetch(
        """INSERT INTO programmes_session (id, programme_id, organisation_id, state, starts_at,
            ends_at, opens_at, closes_at, meeting_place, capacity, created_at)
        SELECT uuidv7(), programme_id, organisation_id, state, starts_at + n * interval '7 days',
            ends_at + n * interval '7 days', opens_at, closes_at, '{}', capacity, created_at
        FROM programmes_session, generate_series(1, 199) n WHERE id = $1""",
        first,
    )
    coming = await make_date(programme, 10)
    assert f"s-{coming}" in (await visitor.get(f"/ja/programmes/{programme.slug}")).text
    shown = await session_queries.list_sessions(programme.id)
    assert len(shown) == 200
    assert shown == sorted(shown, key=lambda each: each.starts_at)
    assert (shown[-1].id, first in {each.id for each in shown}) == (coming, False)
