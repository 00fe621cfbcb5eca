"""Every public number of people is in the newest release, or in the table of live figures.

A crawler reads all public pages, files, feeds and answers of the API over the sample. The table is
`docs/live-figures.md`: who adds a number of people adds its rule there, or takes it from a release.
"""

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

import httpx
import pytest
from tests.architecture.test_layout import ROOT
from tests.fixtures.excel import opened
from tests.fixtures.sample import NOW
from tests.statistics.one_number import page_of_one_number

from enishi.kit import clock
from enishi.kit.formatting import format_number
from enishi.statistics.cube_tables import CubeTable, find_table, get_table, public_cubes
from enishi.statistics.labels import shown_about

LIST = ROOT / "docs" / "live-figures.md"
_MOST = 200  # pages; each kind of address is read a few times only
_EACH_KIND = 2
_NUMBER = r"\d(?:[\d,]*\d)?(?:[–-]\d+)?"
_OF_PEOPLE = re.compile(rf"({_NUMBER})\s*(?:人|名|席|票)(?!口|気|物|称|前|以|間|ずつ|生)")
_WORDS_OF_PEOPLE = re.compile(
    r'<p class="results__text".*?</p>|<th[^>]*><span lang=.*?</th>', re.DOTALL
)
# Of the few dialogues of the sample in which groups are large enough to be shown.
_WITH_GROUPS = ("/ja/dialogues/sample-ties/results", "/ja/dialogues/sample-ties/results/by-group")
_LINK = re.compile(r'href="(/[^"#]*)')
_PLACE = re.compile(r"/(?:\d{6}|[0-9a-f-]{36}|[a-z0-9]+(?:-[a-z0-9]+)+)(?=/|$|\.|\?)")
# Files of releases and of the dictionary have many names and one form.
_FILE = re.compile(r"(?<=/statistics/tables)/.+(\.csv|\.json)$|(?<=/statistics/dictionary)/.+")
pytestmark = pytest.mark.usefixtures("rollback")


def listed(part: str) -> list[str]:
    """The first cells of the table under a heading of the document, without backticks."""
    text = LIST.read_text().partition(f"## {part}\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| `")]
    return [each for row in rows for each in re.findall(r"`([^`]+)`", row)]


def patterns() -> list[re.Pattern[str]]:
    """Texts of the table, in which # stands for a number."""
    return [
        re.compile(r"\s*".join(re.escape(word) for word in text.split()).replace(r"\#", _NUMBER))
        for text in listed("Pages, files and feeds")
    ]


def text_of(page: str) -> str:
    """What a reader reads, and structured data; without scripts, styles and participants' texts."""
    page = _WORDS_OF_PEOPLE.sub(" ", page)
    page = re.sub(r"<(script|style|svg)\b(?![^>]*ld\+json).*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def words_of(answer: httpx.Response) -> str:
    """The text of an answer; the cells of a file apart from each other."""
    is_file = answer.headers.get("content-type", "").startswith("text/csv")
    return text_of(answer.text.replace(",", " | ") if is_file else answer.text)


async def crawl(visitor: httpx.AsyncClient, *start: str) -> list[tuple[str, httpx.Response]]:
    """The pages and files that are linked from pages, a few of each kind of address."""
    waiting, seen = list(start), set(start)
    kinds: dict[str, int] = {}
    found: list[tuple[str, httpx.Response]] = []
    while waiting and len(found) < _MOST:
        address = waiting.pop(0)
        answer = await visitor.get(address)
        found.append((address, answer))
        if "html" not in answer.headers.get("content-type", ""):
            continue
        for link in map(unescape, _LINK.findall(answer.text)):
            kind = _FILE.sub(r"/*\1", _PLACE.sub("/*", link.partition("?")[0]))
            if link in seen or not link.startswith("/ja") or "styleguide" in link:
                continue
            if kinds.get(kind, 0) < _EACH_KIND:
                kinds[kind] = kinds.get(kind, 0) + 1
                seen.add(link)
                waiting.append(link)
    return found


async def newest() -> list[CubeTable]:
    """The newest release of every public cube."""
    cubes = [cube for nation in (True, False) for cube in public_cubes(nation=nation)]
    found = [await find_table(cube.name) for cube in cubes]
    assert all(found)
    return [table for table in found if table]


def cells_of(tables: Iterable[CubeTable]) -> set[str]:
    """The texts of all printed numbers."""
    numbers = {row.people for table in tables for row in table.rows}
    numbers |= {table.total for table in tables}
    return {format_number(number) for number in numbers if number is not None}


async def allowed_on(address: str, cells: set[str]) -> set[str]:
    """Of the page of one release its own numbers, elsewhere those of the newest."""
    page = re.fullmatch(r"/ja/statistics/tables/([a-z_]+\.[a-z_]+)/([^/.]+)", address)
    return cells_of([await get_table(*page.groups())]) if page else cells


def unlisted(text: str, allowed: list[re.Pattern[str]], cells: set[str]) -> list[str]:
    """Numbers of people in a text that nobody allowed, with the words around them."""
    for pattern in allowed:
        text = pattern.sub(" ", text)
    return [
        text[max(match.start() - 12, 0) : match.end() + 6]
        for match in _OF_PEOPLE.finditer(text)
        if match[1].replace("-", "–") not in cells
    ]


async def test_each_number_of_people_on_a_public_page_is_released_or_listed(
    computed: None, visitor: httpx.AsyncClient
) -> None:
    with clock.frozen_at(NOW):
        allowed, cells = patterns(), cells_of(await newest())
        read = await crawl(visitor, "/ja", *_WITH_GROUPS)
        released = {address: await allowed_on(address, cells) for address, _ in read}
    assert 60 < len(read) < _MOST
    assert "グループA" in dict(read)[_WITH_GROUPS[0]].text
    found = {
        address: numbers
        for address, answer in read
        if answer.status_code == 200
        and (numbers := unlisted(words_of(answer), allowed, released[address]))
    }
    assert found == {}


def fields(value: Any) -> Iterator[str]:
    """Names of the fields of a JSON document that hold a number."""
    if isinstance(value, dict):
        for name, each in value.items():
            if isinstance(each, int | float) and not isinstance(each, bool):
                yield name
            yield from fields(each)
    elif isinstance(value, list):
        for each in value:
            yield from fields(each)


async def test_each_number_of_the_api_is_listed(computed: None, visitor: httpx.AsyncClient) -> None:
    api = "/api/v1"
    with clock.frozen_at(NOW):
        paths = [
            path
            for path, methods in json.loads((await visitor.get(f"{api}/openapi.json")).text)[
                "paths"
            ].items()
            if "get" in methods
        ]
        known = {"slug": "sample-ties", "cube_name": "tie.prefecture"}
        answers = {}
        for path in paths:
            address = re.sub(r"\{(\w+)\}", lambda name: known.get(name[1], "*"), path)
            if "*" not in address:
                answers[path] = await visitor.get(address)
    numbers = {
        f"{path}: {name}"
        for path, answer in answers.items()
        if answer.status_code == 200 and "json" in answer.headers["content-type"]
        for name in fields(answer.json())
    }
    assert len(answers) > 4
    allowed = set(listed("API and data files"))
    assert {each for each in numbers if each.rpartition(" ")[2] not in allowed} == set()


def test_a_number_that_nobody_listed_would_be_noticed() -> None:
    assert unlisted("参加者：47人（", patterns(), {"50"}) == ["参加者：47人（"]
    assert unlisted("参加者：50人", patterns(), {"50"}) == []


async def test_a_released_figure_is_one_number_on_page_csv_json_and_api(
    sample: None, visitor: httpx.AsyncClient
) -> None:
    with clock.frozen_at(NOW):
        tables = await newest()
        for table in tables:
            await page_of_one_number(visitor, table)
    assert sum(row.people is not None for table in tables for row in table.rows) > 30


async def test_votes_and_people_of_a_dialogue_are_one_number_everywhere(
    sample: None, visitor: httpx.AsyncClient
) -> None:
    with clock.frozen_at(NOW):
        at = "/ja/dialogues/sample-ties"
        items = (await visitor.get("/api/v1/dialogues/sample-ties/statements")).json()["items"]
        sums = [[str(each[name]) for name in ("agrees", "disagrees", "passes")] for each in items]
        _, *lines = opened((await visitor.get(f"{at}/statements.csv")).content)
        assert [line[3:6] for line in lines] == sums
        page = (await visitor.get(f"{at}/statements")).text
        cells = re.findall(r"<td[^>]*>\s*([\d,]+)\s*</td>", page)
        assert cells == [each for card in sums for each in card]
        shown = text_of((await visitor.get(at)).text)
        assert f"投票 {sum(int(each) for card in sums for each in card)} 票" in shown
        subjects = await find_table("part.subject")
        assert subjects
        dialogue = (await visitor.get("/api/v1/dialogues/sample-ties")).json()["id"]
        people = subjects.by_key[(dialogue,)].people
        assert f"参加者：{shown_about(people, subjects.release.small)}（" in shown
