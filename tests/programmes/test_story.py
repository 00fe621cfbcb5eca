"""The host's words, the timetable, the meeting point, and what a party pays."""

import html
import re
import uuid

import httpx
import pytest
from tests.fixtures.accounts import Browser, SignIn, make_account, make_member
from tests.programmes.build import draft, published, write
from tests.programmes.listed import make_date, make_programme, text

from enishi.kit import db
from enishi.programmes.applications.schemas import LARGEST_PARTY
from enishi.programmes.listings.filters import LARGEST_PARTY as LARGEST_IN_FILTER

ROWS = {
    "story.timetable.0.at": "13:00",
    "story.timetable.0.what.ja": "昼食",
    "story.timetable.2.at": "０９：３０",
    "story.timetable.2.what.ja": "公民館に集合",
    "story.timetable.2.what.en": "Meet at the village hall",
}


@pytest.fixture
async def editor(organisation: uuid.UUID, browser_of: SignIn) -> Browser:
    return await browser_of(await make_member(organisation, "editor"))


async def told(editor: Browser, address: str, **fields: str) -> httpx.Response:
    answer: httpx.Response = await write(editor, address, "story", **fields)
    return answer


def plain(page: httpx.Response) -> str:
    return html.unescape(page.text.replace("<wbr>", ""))


async def test_words_timetable_and_meeting_point_are_on_the_page(
    editor: Browser, visitor: httpx.AsyncClient
) -> None:
    address, _ = await published(editor)
    words = {"story.host_words.ja": "米づくり四十年です。", "story.host_words.en": "Forty years."}
    point = {"story.meeting_point": "３６．２３８１、 137.1863"}
    answer = await told(editor, address, **words, **ROWS, **point)
    assert answer.status_code == 303, answer.text
    page = plain(await visitor.get("/ja/programmes/tanada"))
    assert "米づくり四十年です。" in page
    assert re.findall(r'<time datetime="([\d:]+)">', page)[-2:] == ["09:30", "13:00"]
    assert page.index("公民館に集合") < page.index("昼食</span>")
    assert 'href="geo:36.238100,137.186300"' in page
    english = plain(await visitor.get("/en/programmes/tanada"))
    assert "Forty years." in english
    assert "Meet at the village hall" in english
    again = plain(await editor.get(f"{address}/edit/story"))
    assert 'value="09:30"' in again
    assert 'value="36.238100,137.186300"' in again
    api = (await visitor.get("/api/v1/programmes/tanada")).json()
    assert [row["at"] for row in api["story"]["timetable"]] == ["09:30:00", "13:00:00"]


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"story.meeting_point": "公民館"}, "story.meeting_point"),
        ({"story.meeting_point": "137.1863, 36.2381"}, "story.meeting_point"),
        ({"story.meeting_point": "36.2381"}, "story.meeting_point"),
        ({"story.meeting_point": "javascript:alert(1)"}, "story.meeting_point"),
        ({"story.timetable.1.what.ja": "昼食"}, "story.timetable.1.what"),
        ({"story.timetable.1.at": "12:00"}, "story.timetable.1.what"),
        (
            {"story.timetable.1.at": "25:00", "story.timetable.1.what.ja": "x"},
            "story.timetable.1.at",
        ),
    ],
    ids=str,
)
async def test_what_cannot_be_shown_is_refused_at_its_field_and_kept(
    editor: Browser, fields: dict[str, str], at: str
) -> None:
    address = await draft(editor)
    before = await _saved()
    answer = await told(editor, address, **fields)
    assert answer.status_code == 422
    assert f'id="e-{at}' in answer.text
    for value in fields.values():
        assert html.escape(value) in answer.text
    assert await _saved() == before


async def _saved() -> str:
    return str(await db.fetch_value("SELECT story::text FROM programmes_programme"))


async def test_the_timetable_has_an_end(editor: Browser) -> None:
    address = await draft(editor)
    rows = {f"story.timetable.{n}.at": "10:00" for n in range(21)}
    rows |= {f"story.timetable.{n}.what.ja": "休む" for n in range(21)}
    assert (await told(editor, address, **rows)).status_code == 422


async def test_a_party_reads_its_total_and_takes_it_to_the_form(
    visitor: httpx.AsyncClient, browser_of: SignIn
) -> None:
    programme = await make_programme(
        money={"lodging": "own", "transport": "self", "payment": "cash", "included": text("昼食")}
    )
    session = await make_date(programme)
    alone = plain(await visitor.get(f"/ja/programmes/{programme.slug}"))
    assert "参加費の合計：3,000円" in alone
    assert f'/ja/programmes/sessions/{session}/apply"' in alone
    family = plain(await visitor.get(f"/ja/programmes/{programme.slug}?adults=2&child_count=1"))
    for words in ("参加費の合計：7,500円", "当日、現金で主催者に払います", "宿は自分で手配します",
                  "交通費は自己負担です", "合計に含まれるもの：昼食"):  # fmt: skip
        assert words in family, words
    [form] = re.findall(r'href="(/ja/programmes/sessions/[^"]+/apply[^"]*)"', family)
    assert form.endswith("?adults=2&child_count=1")
    applicant = await browser_of(await make_account())
    page = await applicant.get(form)
    assert re.findall(r'name="party\.\d\.kind" value="(\w+)"[^>]* checked', page.text) == [
        "adult", "adult", "child",
    ]  # fmt: skip


@pytest.mark.parametrize("query", ["adults=0", "adults=11", "child_count=x", "adults=99999999999"])
async def test_a_party_that_cannot_be_is_refused(visitor: httpx.AsyncClient, query: str) -> None:
    programme = await make_programme()
    assert (await visitor.get(f"/ja/programmes/{programme.slug}?{query}")).status_code == 400


async def test_without_a_fee_no_total_is_made_up(visitor: httpx.AsyncClient) -> None:
    programme = await make_programme(fee_adult=None, fee_child=None)
    assert "参加費の合計" not in (await visitor.get(f"/ja/programmes/{programme.slug}")).text


async def test_the_list_hands_its_party_on(visitor: httpx.AsyncClient) -> None:
    programme = await make_programme()
    await make_date(programme)
    page = (await visitor.get("/ja/programmes?adults=2")).text
    assert f'href="/ja/programmes/{programme.slug}?adults=2"' in page


def test_filter_and_form_know_one_largest_party() -> None:
    assert LARGEST_IN_FILTER == LARGEST_PARTY
