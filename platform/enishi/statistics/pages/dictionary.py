"""What the columns of every file of the site mean."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from enishi.accounts.access import PUBLIC
from enishi.consultations.landscape_runs.exports import APART, CELLS, GROUPS, RUNS, SHARES
from enishi.consultations.office.hours_file import HOURS
from enishi.consultations.opinions.exports import OPINIONS, OPINIONS_BY_MONTH
from enishi.consultations.voting.exports import STATEMENTS
from enishi.kit import spreadsheets
from enishi.kit.errors import NotFoundError
from enishi.kit.http.public_pages import public_page
from enishi.kit.spreadsheets import DICTIONARY, Layout
from enishi.organisations.exports import TRAIL
from enishi.programmes.office.applicants_file import APPLICANTS
from enishi.statistics import exports
from enishi.statistics.cube_tables import public_cubes
from enishi.statistics.office import breakdowns, sessions
from enishi.statistics.release_tables import TABLES

AT = "/statistics/dictionary"
AnyRequest = Request[Any, Any, Any]


def layouts() -> dict[str, Layout]:
    """Every file for spreadsheets, by its key."""
    every = [
        *(
            exports.cube_layout(cube)
            for nation in (True, False)
            for cube in public_cubes(nation=nation)
        ),
        *(exports.layout_of(table.name) for table in TABLES),
        *(STATEMENTS, GROUPS, SHARES, CELLS),
        *(OPINIONS, OPINIONS_BY_MONTH, RUNS, APART, HOURS, APPLICANTS),
        *map(breakdowns.layout_of, breakdowns.BREAKDOWNS),
        sessions.LAYOUT,
        TRAIL,
        DICTIONARY,
    ]
    return {layout.key: layout for layout in every}


@get(AT, name="statistics:dictionary", access=PUBLIC)
async def index(request: AnyRequest) -> Response[bytes]:
    """The files of the site, and what all of them share."""

    async def load() -> Mapping[str, Any]:
        every = layouts().values()
        return {
            "groups": [
                (is_public, [each for each in every if each.is_public is is_public])
                for is_public in (True, False)
            ]
        }

    return await public_page(request, "statistics/dictionary.html", load)


@get(AT + "/{file:str}", name="statistics:dictionary-file", access=PUBLIC)
async def show(request: AnyRequest, file: FromPath[str]) -> Response[Any]:
    """The columns of one file, as a page or, with `.csv`, as a file."""
    layout = layouts().get(file.removesuffix(".csv"))
    if layout is None:
        raise NotFoundError
    rows = spreadsheets.dictionary_rows(layout)
    if file.endswith(".csv"):
        return Response(
            b"".join(DICTIONARY.lines(rows)),
            media_type=spreadsheets.MEDIA_TYPE,
            headers={"content-disposition": f'attachment; filename="enishi-dictionary-{file}"'},
        )

    async def load() -> Mapping[str, Any]:
        return {"layout": layout, "rows": [(t, m, k, u or "―", n) for t, n, m, k, u, _ in rows]}

    return await public_page(request, "statistics/dictionary_file.html", load)


HANDLERS: list[ControllerRouterHandler] = [index, show]
