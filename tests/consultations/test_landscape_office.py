"""The opinion map in its office: as coarse as for the public, and files that stand alone."""

import io
import re
import zipfile
from dataclasses import replace
from xml.etree import ElementTree as ET

import httpx
import pytest
from tests.consultations.build import Dialogue, invalidate, make_dialogue, make_statement
from tests.consultations.landscape_build import Published, publish
from tests.fixtures.accounts import SignIn, make_member
from tests.landscape.reading import read
from tests.landscape.recount import problems

from enishi.consultations.core import queries as consultations
from enishi.consultations.landscape_runs import exports, queries
from enishi.consultations.landscape_runs.stored_result import encode
from enishi.consultations.office.hours_file import HOURS, hour_rows
from enishi.consultations.office.queries import list_every_hour
from enishi.kit import clock, db, workbooks
from enishi.kit.spreadsheets import Row
from enishi.kit.workbooks import Sheet

_CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
async def dialogue() -> Dialogue:
    invalidate()
    return await make_dialogue()


async def address_of(dialogue: Dialogue, language: str = "ja") -> str:
    slug = await db.fetch_value(
        "SELECT slug FROM organisations_organisation WHERE id = $1", dialogue.organisation_id
    )
    return f"/{language}/office/{slug}/dialogues/{dialogue.slug}/landscape"


def text_of(page: str) -> str:
    main = page.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"<[^>]+>", "", main.replace("<wbr>", ""))


def sentences_of(page: str) -> list[str]:
    found = re.findall(r'<p class="findings__sentence">([^<]*)</p>', page)
    return [each.replace("<wbr>", "") for each in found]


def read_workbook(content: bytes) -> list[list[list[str | float | None]]]:
    """The cells of each sheet, by the format's own rules; None for one that is left out."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        shared = [
            "".join(each.itertext())
            for each in ET.fromstring(parts.read("xl/sharedStrings.xml"))  # noqa: S314 (our own)
        ]
        names = sorted(name for name in parts.namelist() if name.startswith("xl/worksheets/sheet"))
        return [_read_sheet(parts.read(name).decode(), shared) for name in names]


def _read_sheet(xml: str, shared: list[str]) -> list[list[str | float | None]]:
    rows = []
    for row in ET.fromstring(xml).iter(f"{_CELL}row"):  # noqa: S314 (our own)
        cells: dict[str, str | float] = {}
        for cell in row.iter(f"{_CELL}c"):
            assert cell.find(f"{_CELL}f") is None, "a formula"
            value = cell.findtext(f"{_CELL}v") or ""
            column = cell.attrib["r"].rstrip("0123456789")
            cells[column] = shared[int(value)] if cell.get("t") == "s" else float(value)
        width = ord(max(cells, default="@")) - ord("@")
        rows.append([cells.get(chr(ord("A") + n)) for n in range(width)])
    return rows


async def test_the_map_the_groups_and_their_stability(
    browser_of: SignIn, dialogue: Dialogue
) -> None:
    published = await publish(dialogue)
    analyst = await browser_of(await make_member(dialogue.organisation_id, "analyst"))
    address = await address_of(dialogue)
    page = (await analyst.get(address)).text
    said = [read(each, "ja") for each in sentences_of(page)]
    assert {each.kind for each in said} == {"marks"}
    assert [problem for each in said for problem in problems(each, published.ballots)] == []
    assert page.count("landscape-map__letter") == len(published.result.members)
    [panel] = await queries.list_runs(dialogue.id)
    firm = ", ".join(f"{a}\u00a0{b}%" for a, b in zip(panel.letters, panel.firm, strict=True))
    assert re.search(rf'<td role="cell" data-label="[^"]+">{re.escape(firm)}</td>', page)
    for count, mean in panel.silhouettes.items():
        assert re.search(
            rf'rowheader">{count}</th>\s*<td [^>]*class="is-number"[^>]*>{mean:.2f}<', page
        )
    shown = text_of(page)
    for members in published.result.members.tolist():
        assert f"{members}人" not in shown
    at = address.removesuffix("/landscape")
    assert f'href="{address}"' in (await analyst.get(at)).text
    english = (await analyst.get(await address_of(dialogue, "en"))).text
    assert "How stable the groups are" in english


async def _with_a_group_of_nine(published: Published) -> None:
    members = published.result.members.copy()
    members[-1] = 9
    stored = encode(replace(published.result, members=members))
    await db.fetch(
        "UPDATE consultations_landscape_run SET result = $1,"
        " stability = jsonb_set(stability, '{members}', $2::text::jsonb)",
        stored,
        str(members.tolist()),
    )


async def test_a_group_of_nine_shows_nowhere_in_an_office(
    browser_of: SignIn, dialogue: Dialogue
) -> None:
    await _with_a_group_of_nine(await publish(dialogue))
    owner = await browser_of(await make_member(dialogue.organisation_id, "owner"))
    address = await address_of(dialogue)
    page = text_of((await owner.get(address)).text)
    assert "意見の地図は、まだありません" in page
    assert not re.search(r"グループ[A-F]|[A-F]\u00a0\d+%", page)
    assert (await owner.get(f"{address}/report.html")).status_code == 404
    _source, groups, shares, cells, runs, apart, _hours, _columns = read_workbook(
        (await owner.get(f"{address}/tables.xlsx")).content
    )
    assert [len(each) for each in (groups, shares, cells, apart)] == [1, 1, 1, 1]
    assert [row[6:] for row in runs[1:]] == [[]]


async def test_before_the_first_run_there_is_no_file(
    browser_of: SignIn, dialogue: Dialogue
) -> None:
    owner = await browser_of(await make_member(dialogue.organisation_id, "owner"))
    address = await address_of(dialogue)
    assert "意見の地図は、まだありません" in text_of((await owner.get(address)).text)
    for name in ("report.html", "tables.xlsx"):
        assert (await owner.get(f"{address}/{name}")).status_code == 404


async def test_other_people_see_nothing_of_it(
    visitor: httpx.AsyncClient, browser_of: SignIn, dialogue: Dialogue
) -> None:
    await publish(dialogue)
    other = await make_dialogue()
    stranger = await browser_of(await make_member(other.organisation_id, "owner"))
    address = await address_of(dialogue)
    for path in (address, f"{address}/report.html", f"{address}/tables.xlsx"):
        assert (await visitor.get(path)).status_code in (303, 401)
        assert (await stranger.get(path)).status_code in (403, 404)


async def test_the_workbook_has_every_table_as_the_files_have_it(
    browser_of: SignIn, dialogue: Dialogue
) -> None:
    await publish(dialogue)
    formula = "=1+1は正しい"
    await make_statement(dialogue, formula)
    await db.fetch(
        "UPDATE consultations_statement SET text = $2 WHERE consultation_id = $1 AND number ="
        " (SELECT min(number) FROM consultations_statement WHERE consultation_id = $1)",
        dialogue.id,
        formula,
    )
    owner = await browser_of(await make_member(dialogue.organisation_id, "owner"))
    answer = await owner.get(f"{await address_of(dialogue)}/tables.xlsx")
    assert answer.headers["content-type"] == workbooks.MEDIA_TYPE
    assert answer.headers["cache-control"] == "private, no-store"
    source, groups, shares, cells, runs, apart, hours, columns = read_workbook(answer.content)
    view = await queries.find_view(await consultations.get_public(dialogue.slug))
    assert view is not None
    expected = (
        (exports.GROUPS, exports.group_rows(view)),
        (exports.SHARES, exports.share_rows(view)),
        (exports.CELLS, exports.cell_rows(view)),
        (exports.RUNS, exports.run_rows(await queries.list_runs(dialogue.id))),
        (exports.APART, []),
        (HOURS, hour_rows(await list_every_hour(dialogue.id))),
    )
    for found, (layout, rows) in zip(
        (groups, shares, cells, runs, apart, hours), expected, strict=True
    ):
        assert found == [_as_written(row) for row in (layout.header(), *rows)]
        assert [row[2] for row in columns if row[0] == layout.title.text] == [
            column.name for column in layout.columns
        ]
    assert formula in [row[-1] for row in shares]
    assert ["input_hash", view.stamp.input_hash] in source
    assert ["sample", 0] in source


def _as_written(row: Row) -> list[object]:
    cells = [each if each is None or isinstance(each, int | float) else str(each) for each in row]
    while cells and cells[-1] is None:
        cells.pop()
    return list(cells)


def test_a_cell_is_a_number_a_text_or_empty() -> None:
    content = workbooks.workbook(
        [Sheet("one", [("a", "b"), ("=1+1", 2.5), (None, "7")])], clock.now()
    )
    assert read_workbook(content) == [[["a", "b"], ["=1+1", 2.5], [None, "7"]]]


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_the_report_is_one_file_that_needs_no_network(
    browser_of: SignIn, dialogue: Dialogue, language: str
) -> None:
    published = await publish(dialogue)
    await db.fetch("UPDATE consultations_consultation SET is_sample = true")
    consultations.invalidate()
    owner = await browser_of(await make_member(dialogue.organisation_id, "owner"))
    answer = await owner.get(f"{await address_of(dialogue, language)}/report.html")
    assert answer.headers["content-disposition"].startswith("attachment")
    report = answer.text
    assert not re.search(r"<script|<link|<img|\shref=|\ssrc=|url\(|@import", report)
    said = [read(each, language) for each in sentences_of(report)]
    assert {each.kind for each in said} >= {"marks", "divides"}
    assert [problem for each in said for problem in problems(each, published.ballots)] == []
    assert published.output.input_hash in report
    assert f"/{language}/dialogues/{dialogue.slug}/results" in report
    assert ("見本データ" if language == "ja" else "Sample data") in report
    assert report.count('<th scope="row"') >= 40 * len(published.result.members)
    for members in published.result.members.tolist():
        assert f"{members}人" not in report
