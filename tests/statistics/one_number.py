"""Compare a released cube with its page, its files and the API, figure by figure."""

import re
from html import unescape

import httpx
from tests.fixtures.excel import opened

from enishi.statistics.cube_tables import CubeTable
from enishi.statistics.cubes import BY_NAME

_AT = "/ja/statistics"
_FOLDED = ("tie.place", "part.place", "visit.place")


async def page_of_one_number(visitor: httpx.AsyncClient, table: CubeTable) -> str:
    """Assert that all of them print the figures of this newest release; answers the page."""
    name = table.cube.name
    stored = {row.key: row.people for row in table.rows}
    assert set(stored) == set(BY_NAME[name].keys([key[0] for key in stored if key]))
    address = f"{_AT}/tables/{name}/{table.file}"

    api = (await visitor.get(f"/api/v1/statistics/{name}")).json()
    document = (await visitor.get(f"{address}.json")).json()
    assert document["rows"] == api["rows"]
    assert {tuple(row["key"]): row["people"] for row in api["rows"]} == stored
    assert (api["total"], api["margin"]) == (table.total, table.margin)
    assert (document["total"], document["margin"]) == (table.total, table.margin)
    assert document["begins"] == table.release.begins.isoformat()
    assert [row["releases"] for row in document["rows"]] == [row.releases for row in table.rows]

    _check_file(table, (await visitor.get(f"{address}.csv")).content)
    page = (await visitor.get(address)).text
    if table.dimensions:
        assert _cells_of(page) == _on_page(table)
    else:
        assert f'headline__number">{table.cell(table.rows[0].people)}<' in page
    return page


def _check_file(table: CubeTable, content: bytes) -> None:
    """A number or what is said instead of one, never both."""
    _, *lines = opened(content)
    width = 2 + 2 * len(table.dimensions)
    parts = [line for line in lines if line[1] != "総数"]
    found = {
        tuple(cell.removeprefix("'") for cell in line[2:width:2]): line[width:] for line in parts
    }
    begins = table.release.begins.isoformat()
    assert found == {
        row.key: [
            *(["", "20人未満"] if row.people is None else [str(row.people), ""]),
            *[begins, str(row.releases)],
        ]
        for row in table.rows
    }
    assert [line[width] for line in lines if line[1] == "総数"] == (
        [] if table.total is None else [str(table.total)]
    )


def _cells_of(page: str) -> list[str]:
    """The cells of numbers on a page, in order."""
    found = re.findall(r'<td class="is-number"[^>]*>\s*(.*?)\s*</td>', page, re.DOTALL)
    return [unescape(cell) for cell in found]


def _on_page(table: CubeTable) -> list[str]:
    """The cells in the order of the page: of pairs of prefectures by the place."""
    rows = list(table.rows)
    if table.cube.name == "tie.from_to":
        places = [key for key, _ in table.axis(1)]
        rows.sort(key=lambda row: places.index(row.key[1]))
    shown = [table.cell(row.people) for row in rows]
    has_total_row = len(table.dimensions) == 1 and table.total is not None
    is_folded = table.cube.name in _FOLDED
    return [table.cell(table.total), *shown] if has_total_row and not is_folded else shown
