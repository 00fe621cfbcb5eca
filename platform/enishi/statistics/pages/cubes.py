"""The page and the files of one released cube."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from enishi.accounts.access import PUBLIC
from enishi.kit import spreadsheets
from enishi.kit.errors import NotFoundError
from enishi.kit.http.public_pages import public_page
from enishi.statistics import cubes, exports
from enishi.statistics.cube_tables import CubeTable, TableRow, file_of, get_table
from enishi.statistics.key_labels import get_cube_labeller
from enishi.statistics.labels import MARGIN_EASY, NOTE, NOTE_EASY
from enishi.statistics.pages.banded import FINAL, LISTED
from enishi.statistics.queries import cube_releases

NOTES = (NOTE, NOTE_EASY, MARGIN_EASY)
_SUFFIXES = (".csv", ".json")

Groups = list[tuple[str, int, list[tuple[str, str]]]]


@get("/statistics/tables/{cube_name:str}/{file:str}", name="statistics:cube", access=PUBLIC)
async def show(
    request: Request[Any, Any, Any], cube_name: FromPath[str], file: FromPath[str]
) -> Response[Any]:
    """A release by the label of its period: as a page, or with `.csv` or `.json` as a file."""
    cube = cubes.BY_NAME.get(cube_name)
    if cube is None or cube.audience != "public":
        raise NotFoundError
    suffix = next((each for each in _SUFFIXES if file.endswith(each)), "")
    label = file.removesuffix(suffix)
    if suffix:
        return _file(await get_table(cube_name, label), suffix)

    async def load() -> Mapping[str, Any]:
        table = await get_table(cube_name, label)
        return {
            "table": table,
            "groups": await _groups(table),
            "head": table.dimensions[0][1] if table.dimensions else "",
            "periods": [
                (label, file_of(label))
                for _, label in (await cube_releases.list_periods(cube_name))[:LISTED]
            ],
            "notes": NOTES,
            "series": await cube_releases.list_series(),
        }

    return await public_page(request, "statistics/cube.html", load)


def _file(table: CubeTable, suffix: str) -> Response[Any]:
    if suffix == ".json":
        return Response(exports.cube_document(table), headers=FINAL)
    name = f"enishi-{table.cube.name}-{table.file}.csv"
    return Response(
        b"".join(exports.cube_layout(table.cube).lines(exports.cube_rows(table))),
        media_type=spreadsheets.MEDIA_TYPE,
        headers=FINAL | {"content-disposition": f'attachment; filename="{name}"'},
    )


async def _groups(table: CubeTable) -> Groups:
    """Rows by the prefecture of the place, where there are too many for one list.

    Of each: its name, in how many rows a number is printed, and the rows.
    """
    names = [name for name, _ in table.dimensions]
    if names == ["place"]:
        prefecture = await get_cube_labeller("place_prefecture")
        by_code = groupby(table.rows, key=lambda row: row.key[0][:2])
        return [_group(table, prefecture(code), list(rows)) for code, rows in by_code]
    if names == ["home_prefecture", "place_prefecture"]:
        return [
            _group(table, name, [row for row in table.rows if row.key[1] == code])
            for code, name in table.axis(1)
        ]
    return []


def _group(
    table: CubeTable, name: str, rows: Sequence[TableRow]
) -> tuple[str, int, list[tuple[str, str]]]:
    printed = sum(row.people is not None for row in rows)
    return name, printed, [(row.names[0], table.cell(row.people)) for row in rows]


HANDLERS: list[ControllerRouterHandler] = [show]
