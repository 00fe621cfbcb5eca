"""The pages of releases as bands, which stay readable, and what the public pages explain."""

from datetime import timedelta

import httpx
import pytest
from tests.fixtures.excel import opened
from tests.statistics.banded_rows import put_release

from enishi.kit import clock
from enishi.statistics.metrics import METRICS

_AT = "/ja/statistics"


async def _published() -> str:
    """A release with some figures in it; answers its day."""
    day = clock.today() - timedelta(days=1)
    await put_release(
        day,
        headline={"": (1281, 0, 0, 0, 0, 0)},
        prefectures={"13": (47, 0), "27": (1234, 0)},
        months={f"{day:%Y-%m}": (1281, 0, 0, 0)},
    )
    return day.isoformat()


async def test_before_the_first_release_the_page_says_so(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get(_AT)
    assert answer.status_code == 200
    assert "最初の統計は、使われはじめた翌日の朝に公表します。" in answer.text


async def test_the_page_shows_bands_and_rounded_counts(
    visitor: httpx.AsyncClient,
) -> None:
    await _published()
    page = (await visitor.get(_AT)).text
    assert "1,280" in page  # 1,281 in all
    assert ">10–49<" in page
    assert "1,234" not in page


async def test_an_earlier_release_is_found_by_any_day_after_it(visitor: httpx.AsyncClient) -> None:
    day = await _published()
    later = clock.today() + timedelta(days=400)
    for until, found in ((day, True), (str(later), True), ("2020-01-01", False), ("soon", True)):
        page = (await visitor.get(_AT, params={"until": until})).text
        assert ("1,280" in page) is found
        assert ("いちばん新しい統計をご覧ください。" in page) is not found


async def test_a_table_is_on_a_page_of_its_own(visitor: httpx.AsyncClient) -> None:
    """With all of them the page of a release weighed half a megabyte."""
    day = await _published()
    page = (await visitor.get(_AT)).text
    assert "<table" not in page
    for name in ("months", "prefectures"):  # there is nothing in the others
        address = f"{_AT}/{day}/tables/{name}"
        assert f'href="{address}"' in page
        table = (await visitor.get(address)).text
        assert table.count("<table") == 1
    rows = (await visitor.get(f"{_AT}/{day}/tables/prefectures")).text
    for cell in ("東京都", "10–49", "大阪府", "1,230", f"{_AT}?until={day}", "prefectures.csv"):
        assert cell in rows.replace("<wbr>", ""), cell


async def test_tables_are_taken_along_with_their_bands(visitor: httpx.AsyncClient) -> None:
    day = await _published()
    answer = await visitor.get(f"{_AT}/{day}/prefectures.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    header, tokyo, osaka = opened(answer.content)
    assert header[:4] == [
        "符号",
        "参加者の住む都道府県",
        "加わった人（実人数）",
        "加わった人（実人数）（注記）",
    ]
    assert tokyo[:4] == ["'13", "東京都", "", "10–49人"]
    assert osaka[:4] == ["'27", "大阪府", "1230", ""]

    document = (await visitor.get(f"/en/statistics/{day}/prefectures.json")).json()
    assert document["as_of"] == day
    assert [row["figures"]["dialogue.joined"] for row in document["rows"]] == [
        {"band": "10-49"},
        {"count": 1230},
    ]
    assert all(metric["definition"] for metric in document["metrics"])


@pytest.mark.parametrize(
    ("until", "message"),
    [
        ("0001-01-01", "令和1年は2019年です。"),
        ("0008-04-01", "令和8年は2026年です。"),
        ("9999-12-31", "1900年から"),
        ("soon", "実在する日付を入力してください。"),
    ],
)
async def test_an_impossible_day_is_refused_at_its_field(
    visitor: httpx.AsyncClient, until: str, message: str
) -> None:
    await _published()
    answer = await visitor.get(_AT, params={"until": until})
    assert answer.status_code == 422
    assert message in answer.text.partition('id="e-until"')[2][:600]
    assert (await visitor.get(_AT, params={"until": "令和8年12月1日"})).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "2026-01-01/themes.csv",
        "{day}/nothing.csv",
        "{day}/themes",
        "{day}/tables/nothing",
        "{day}/tables/headline",
        "2026-01-01/tables/themes",
    ],
)
async def test_what_was_not_published_is_not_found(
    visitor: httpx.AsyncClient, address: str
) -> None:
    day = await _published()
    assert (await visitor.get(f"{_AT}/{address.format(day=day)}")).status_code == 404


async def test_every_figure_has_a_definition_to_link_to(visitor: httpx.AsyncClient) -> None:
    page = (await visitor.get(f"{_AT}/definitions")).text
    assert [metric.key for metric in METRICS if f'id="{metric.key}"' not in page] == []


async def test_the_method_is_explained_with_its_numbers(visitor: httpx.AsyncClient) -> None:
    page = (await visitor.get(f"{_AT}/method")).text.replace("<wbr>", "")
    for number in ("1.0000", "1.3604", "1.5389", ">0.13<", ">0.18<", ">0.20<"):
        assert number in page, number
    assert "20人に満たなければ「20人未満」とし、0人を含みます。" in page
    assert "How numbers of people are shown" in (await visitor.get("/en/statistics/method")).text
