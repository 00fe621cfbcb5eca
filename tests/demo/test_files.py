"""Every CSV file of the site, over the sample, opened by a reader that types cells as Excel does.

No cell becomes a date that is not one, no cell runs, and no number column holds a text.
"""

import ast
import uuid
from collections.abc import AsyncIterator, Iterable
from datetime import date

import httpx
import pytest
from tests.architecture.test_layout import python_files
from tests.fixtures.accounts import Browser, SignIn, make_member
from tests.fixtures.excel import opened, typed
from tests.fixtures.sample import NOW
from tests.programmes.build import form
from tests.statistics.banded_rows import put_release_of_everything

from enishi.consultations.landscape_runs.exports import APART
from enishi.consultations.opinions.exports import OPINIONS_BY_MONTH
from enishi.kit import clock, db
from enishi.kit.spreadsheets import Kind, Layout
from enishi.statistics.cube_tables import find_table, public_cubes
from enishi.statistics.office import sessions
from enishi.statistics.office.breakdowns import ATTRIBUTES, BREAKDOWNS, Declared
from enishi.statistics.office.schemas import Aspect
from enishi.statistics.pages.dictionary import layouts
from enishi.statistics.release_tables import BY_NAME

pytestmark = pytest.mark.usefixtures("rollback")
# What the cells of a column of each kind may become.
BECOMES = {
    Kind.TEXT: {"empty", "text"},
    Kind.NUMBER: {"empty", "number"},
    Kind.DAY: {"empty", "date"},
    Kind.INSTANT: {"empty", "date"},
}
DIALOGUE = "/ja/dialogues/sample-ties"
_BEFORE = date(2026, 6, 30)  # when figures were published as bands


_A_TALK = """
SELECT c.id, c.slug, o.slug AS organisation, o.id AS organisation_id
FROM consultations_consultation c
JOIN organisations_organisation o ON o.id = c.organisation_id WHERE c.slug = 'sample-ties'
"""
_A_SESSION = """
SELECT s.id, o.slug AS organisation, o.id AS organisation_id FROM programmes_application a
JOIN programmes_session s ON s.id = a.session_id
JOIN programmes_programme p ON p.id = s.programme_id
JOIN organisations_organisation o ON o.id = p.organisation_id
GROUP BY s.id, o.slug, o.id ORDER BY count(*) DESC LIMIT 1
"""


def is_protected(declared: Declared) -> bool:
    """People of a dialogue by an attribute: from a release, of one dialogue at a time."""
    return declared.aspect is Aspect.DIALOGUES and declared.dimension in ATTRIBUTES


async def owner_of(organisation_id: uuid.UUID, browser_of: SignIn) -> Browser:
    return await browser_of(await make_member(organisation_id, "owner"))


async def public_files() -> AsyncIterator[tuple[str, str]]:
    """(key of the layout, address) of each file that everybody may read."""
    for nation in (True, False):
        for cube in public_cubes(nation=nation):
            table = await find_table(cube.name)
            assert table
            yield cube.name, f"/ja/statistics/tables/{cube.name}/{table.file}.csv"
    await put_release_of_everything(_BEFORE)
    for name in BY_NAME:
        yield f"release-{name}", f"/ja/statistics/{_BEFORE}/{name}.csv"
    yield "statements", f"{DIALOGUE}/statements.csv"
    for name in ("groups", "shares", "map"):
        yield name, f"{DIALOGUE}/results/{name}.csv"
    for key in layouts():
        yield "dictionary", f"/ja/statistics/dictionary/{key}.csv"


async def office_files(browser_of: SignIn) -> AsyncIterator[tuple[str, httpx.Response]]:
    """The files of an organisation with a dialogue, and the list of a session of another one."""
    [talk], [session] = await db.fetch(_A_TALK), await db.fetch(_A_SESSION)
    owner = await owner_of(talk["organisation_id"], browser_of)
    at = f"/ja/office/{talk['organisation']}"
    month = {"since": "2026-10-01", "until": "2026-10-31"}
    for name, declared in BREAKDOWNS.items():
        if declared.aspect is Aspect.REGISTRATIONS:
            continue  # a ministry has no place
        of = {"subject": f"consultation {talk['id']}"} if is_protected(declared) else {}
        yield f"office-{name}", await owner.get(f"{at}/statistics/{name}.csv", params=month | of)
    yield sessions.LAYOUT.key, await owner.get(f"{at}/statistics/{sessions.NAME}.csv", params=month)
    for name in ("opinions", "runs", "hours"):
        yield name, await owner.get(f"{at}/dialogues/{talk['slug']}/{name}.csv")
    analyst = await browser_of(await make_member(talk["organisation_id"], "analyst"))
    opinions = await analyst.get(f"{at}/dialogues/{talk['slug']}/opinions.csv")
    yield OPINIONS_BY_MONTH.key, opinions
    yield "audit", await owner.get(f"{at}/audit.csv")
    host = await owner_of(session["organisation_id"], browser_of)
    registrations = f"/ja/office/{session['organisation']}/statistics/registrations-course.csv"
    yield "office-registrations-course", await host.get(registrations, params=month)
    listed = f"/ja/office/{session['organisation']}/programmes/sessions/{session['id']}"
    yield "applicants", await host.post(f"{listed}/export", data=form())


def wrong_cells(layout: Layout, rows: Iterable[list[str]]) -> list[tuple[str, str, str]]:
    """(column, cell, what it becomes) of cells that become something else than declared."""
    return [
        (column.name, cell, typed(cell))
        for row in rows
        for column, cell in zip(layout.columns, row, strict=True)
        if typed(cell) not in BECOMES[column.kind]
    ]


async def test_no_cell_of_any_file_becomes_what_it_is_not(
    computed: None, visitor: httpx.AsyncClient, browser_of: SignIn
) -> None:
    declared, read = layouts(), dict[str, int]()
    with clock.frozen_at(NOW):
        files = [(key, await visitor.get(address)) async for key, address in public_files()]
        files += [each async for each in office_files(browser_of)]
    for key, answer in files:
        assert answer.status_code == 200, (key, answer.url)
        header, *rows = opened(answer.content)
        assert header == declared[key].header(), key
        assert wrong_cells(declared[key], rows) == [], key
        read[key] = read.get(key, 0) + len(rows)
    # No dialogue of the sample has ended with twenty guests: consultations/test_without_guests.
    assert set(read) == set(declared) - {APART.key}
    # The office of the dialogue has no programmes; releases of before hold no dialogue of today.
    empty = {"release-dialogues", "office-programmes-subjects", "office-programmes-sessions"}
    assert {key for key, rows in read.items() if not rows} == empty


def test_a_band_in_a_number_column_would_be_noticed() -> None:
    layout = layouts()["statements"]
    row = ["1", "1-9", "ja", "10-49", "", "", "0", "2026-11-30", ""]
    assert [each[0] for each in wrong_cells(layout, [row])] == ["text", "agrees"]


def test_there_is_one_writer_of_csv() -> None:
    """`csv_line` is named by the writer, and by the Polis set, whose format is given."""
    named = {
        path.stem
        for path in python_files("platform")
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.alias) and node.name == "csv_line")
        or (isinstance(node, ast.Attribute) and node.attr == "writer")
    }
    assert named == {"spreadsheets", "spreadsheet_cells", "polis_set"}


async def test_the_dictionary_is_complete_in_both_languages(visitor: httpx.AsyncClient) -> None:
    for language in ("ja", "en"):
        at = f"/{language}/statistics/dictionary"
        index = (await visitor.get(at)).text
        for key, layout in layouts().items():
            assert f'href="{at}/{key}"' in index
            page = await visitor.get(f"{at}/{key}")
            assert page.status_code == 200
            assert [c.name for c in layout.columns if f">{c.name}</td>" not in page.text] == []
    assert (await visitor.get("/ja/statistics/dictionary/nothing")).status_code == 404
    assert (await visitor.get("/ja/statistics/dictionary/audit.json")).status_code == 404
