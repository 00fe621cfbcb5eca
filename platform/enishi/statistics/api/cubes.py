"""The JSON API of statistics: the documents are those of the files."""

from typing import Annotated, Any

from litestar import get
from litestar.params import FromPath, QueryParameter

from enishi.accounts.access import PUBLIC
from enishi.kit.dates import Day
from enishi.kit.errors import InvalidError, NotFoundError
from enishi.kit.forms import check
from enishi.kit.http.problems import problems
from enishi.kit.schema import Schema
from enishi.statistics import exports
from enishi.statistics.cube_tables import find_table, public_cubes
from enishi.statistics.labels import CUBES

Until = Annotated[
    str,
    QueryParameter(name="until", description="The newest release that ends not after this day."),
]


class CubeItem(Schema):
    """A table of people that is released again and again."""

    cube: str
    title: str
    every: str
    dimensions: tuple[str, ...]


class _UntilForm(Schema):
    until: Day | None = None


@get("/statistics", name="api:statistics", access=PUBLIC)
async def list_cubes() -> list[CubeItem]:
    """The tables of people, and how often each is released."""
    return [
        CubeItem(
            cube=cube.name,
            title=str(CUBES[cube.name]),
            every=cube.every.value,
            dimensions=tuple(each.name for each in cube.dimensions),
        )
        for nation in (True, False)
        for cube in public_cubes(nation=nation)
    ]


@get(
    "/statistics/{cube_name:str}",
    name="api:statistics-cube",
    access=PUBLIC,
    responses=problems(400, 404, 422),
)
async def show_cube(cube_name: FromPath[str], until: Until = "") -> dict[str, Any]:
    """A table as released: numbers in tens, null for fewer than `small`, zero among them."""
    form = check({"until": [until]}, _UntilForm)
    if form.value is None:
        raise InvalidError
    names = {cube.name for nation in (True, False) for cube in public_cubes(nation=nation)}
    table = await find_table(cube_name, form.value.until) if cube_name in names else None
    if table is None:
        raise NotFoundError
    return exports.cube_document(table)


HANDLERS = [list_cubes, show_cube]
