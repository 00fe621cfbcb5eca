"""The public pages of statistics: made from releases only, never from facts."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import QueryParameter
from litestar.response import Template
from litestar.types import ControllerRouterHandler

from enishi.accounts.access import PUBLIC
from enishi.kit import clock, page_cache
from enishi.kit.dates import Day
from enishi.kit.forms import check
from enishi.kit.http.public_pages import public_page
from enishi.kit.schema import Schema
from enishi.statistics import cube_charts
from enishi.statistics.cube_tables import CubeTable, find_table, public_cubes
from enishi.statistics.labels import ACTS, DIMENSIONS, EVERY
from enishi.statistics.metrics import DEFINED
from enishi.statistics.pages import banded
from enishi.statistics.pages.cubes import NOTES
from enishi.statistics.queries import chart_store, cube_releases, releases

AnyRequest = Request[Any, Any, Any]
Until = Annotated[str, QueryParameter(name="until")]
_LATE = 2  # days


class UntilForm(Schema):
    until: Day | None = None


@get("/statistics", name="statistics:index", access=PUBLIC)
async def index(request: AnyRequest, until: Until = "") -> Response[bytes] | Template:
    """The newest figures, or those up to the day asked for; before the present method, as bands.

    A day that cannot be read gives 422: its message at the field, below the newest figures.
    """
    form = check({"until": [until]}, UntilForm)
    asked = form.value.until if form.value else None
    old = await _find_banded_day(asked)

    async def load() -> Mapping[str, Any]:
        found = await (banded.page_context(old) if old else _newest(asked))
        return {"form": form, **found}

    page = "statistics/banded.html" if old else "statistics/index.html"
    if form.value is None:
        context = {**await load(), "has_samples": await page_cache.has_samples()}
        return Template(page, context=context, status_code=422)
    return await public_page(request, page, load)


async def _find_banded_day(until: date | None) -> date | None:
    """The banded release that the page shows; None where one of the present method is newer."""
    if await find_table("tie.nation", until):
        return None
    return await releases.find_latest_day(until)


async def _newest(until: date | None) -> Mapping[str, Any]:
    nation = await _find(until, nation=True)
    tables = await _find(until, nation=False)
    days = await releases.list_days(banded.LISTED)
    if not nation:
        return {"nation": [], "days": days}
    day, series = nation[0].release.until, await cube_releases.list_series()
    await chart_store.load(day)
    by_name = {table.cube.name: table for table in tables}
    drawn = [by_name[name] for name in cube_charts.BY_CUBE if name in by_name]
    return {
        "nation": nation,
        "charts": [(table, await cube_charts.draw(table)) for table in drawn],
        "by_act": [
            (ACTS[act], list(some)) for act, some in groupby(tables, key=lambda each: each.cube.act)
        ],
        "every": EVERY,
        "notes": NOTES,
        "days": days,
        "first_day": series[0],
        "series": series,
        "is_latest": until is None or until >= clock.today(),
        "is_late": (clock.today() - day).days > _LATE,
    }


async def _find(until: date | None, *, nation: bool) -> Sequence[CubeTable]:
    found = [await find_table(cube.name, until) for cube in public_cubes(nation=nation)]
    return [table for table in found if table]


@get("/statistics/definitions", name="statistics:definitions", access=PUBLIC)
async def definitions(request: AnyRequest) -> Response[bytes]:
    """What each metric of the site counts, how, and its dimensions."""

    async def load() -> Mapping[str, Any]:
        return {
            "metrics": [
                (metric, [str(DIMENSIONS[d]) for d in DIMENSIONS if d in metric.dimensions])
                for metric in DEFINED
            ]
        }

    return await public_page(request, "statistics/definitions.html", load)


HANDLERS: list[ControllerRouterHandler] = [index, definitions]
