"""Figures of cubes: one number on the page, in the CSV, in the JSON and in the API."""

import re
from datetime import date, timedelta
from html import unescape

import httpx
import pytest
from tests.consultations.build import make_dialogue
from tests.statistics.acts import happened
from tests.statistics.cube_rows import put, put_all
from tests.statistics.one_number import page_of_one_number

from enishi.kit import clock, db, page_cache
from enishi.kit.ids import new_id
from enishi.statistics.cube_tables import CubeTable, find_table, public_cubes
from enishi.statistics.cubes import BY_NAME
from enishi.statistics.labels import NOTE, NOTE_EASY
from enishi.statistics.queries.cubes import count_stocks

_AT = "/ja/statistics"
NAMES = [cube.name for nation in (True, False) for cube in public_cubes(nation=nation)]


def yesterday() -> date:
    return clock.today() - timedelta(days=1)


@pytest.fixture
async def released(rollback: None) -> None:
    dialogue = await make_dialogue()
    await put_all(yesterday(), (str(dialogue.id),))


async def table_of(name: str) -> CubeTable:
    found = await find_table(name)
    assert found
    return found


@pytest.mark.parametrize("name", NAMES)
async def test_a_figure_is_one_number_on_page_csv_json_and_api(
    released: None, visitor: httpx.AsyncClient, name: str
) -> None:
    table = await table_of(name)
    page = await page_of_one_number(visitor, table)
    text = unescape(re.sub(r"<[^>]+>", "", page))
    assert str(NOTE) in text
    assert str(NOTE_EASY) in text
    assert f"おおむね±{table.margin}人の幅" in text
    for words in ("root-1", "33人", f"{_AT}/method"):
        assert words in page


async def test_the_index_leads_to_every_table(released: None, visitor: httpx.AsyncClient) -> None:
    page = (await visitor.get(_AT)).text
    for name in NAMES:
        assert f"{_AT}/tables/{name}/{(await table_of(name)).file}" in page, name
    assert str((await table_of("tie.nation")).rows[0].people)[:2] in page
    english = (await visitor.get("/en/statistics")).text
    assert str(NOTE) not in english
    assert "are adjusted a little at random" in english


async def test_an_earlier_day_shows_what_was_newest_then(
    released: None, visitor: httpx.AsyncClient
) -> None:
    nation = await table_of("tie.nation")
    assert nation.release.period > 1
    await put(BY_NAME["tie.nation"], nation.release.period - 1)
    page_cache.invalidate()
    before = str(nation.release.until - timedelta(days=1))
    page = (await visitor.get(_AT, params={"until": before})).text
    assert f"tables/tie.nation/{before}" in page
    assert (await visitor.get(_AT, params={"until": "2025-12-31"})).text.count("headline") == 0
    api = await visitor.get("/api/v1/statistics/tie.nation", params={"until": before})
    assert api.json()["until"] == before


async def test_the_words_of_a_table_say_what_its_cells_count(visitor: httpx.AsyncClient) -> None:
    """Somebody with two municipalities of a prefecture is two there: the table adds up."""
    cubes = [BY_NAME["tie.prefecture"], BY_NAME["tie.place"]]
    person = new_id()
    for place in ("212172", "212032"):
        await happened("registration.opened", 1, day=yesterday(), place=place)
    await db.fetch("UPDATE statistics_fact SET person_key = $1", person)
    [prefectures], places = [
        [int(stock[-1]) for stock in counted if stock.any()]
        for counted in await count_stocks(cubes, [yesterday()])
    ]
    assert (prefectures, places) == (2, [1, 1])
    await put_all(yesterday())
    for cube in cubes:
        document = (await visitor.get(f"/api/v1/statistics/{cube.name}")).json()
        assert "都道府県や全国の数では二人と数えます" in document["metric"]["definition"]
        assert document["metric"]["title"] == "地域の登録者（延べ）"
        page = (await visitor.get(f"{_AT}/tables/{cube.name}/{document['period']}")).text
        assert document["metric"]["definition"] in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{_AT}/tables/tie.nation/2020-01-01", 404),
        (f"{_AT}/tables/nothing/2026-01", 404),
        (f"{_AT}/tables/part.subject_age/2026-01", 404),
        ("/api/v1/statistics/part.subject_age", 404),
        ("/api/v1/statistics/nothing", 404),
        ("/api/v1/statistics/tie.nation?until=soon", 422),
        ("/api/v1/statistics", 200),
    ],
)
async def test_what_is_not_for_everybody_is_not_found(
    released: None, visitor: httpx.AsyncClient, path: str, status: int
) -> None:
    assert (await visitor.get(path)).status_code == status
