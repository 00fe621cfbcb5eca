"""The public pages of statistics: made from releases only, never from facts."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import FromPath, QueryParameter
from litestar.response import Template
from litestar.types import ControllerRouterHandler

from enishi.accounts.access import PUBLIC
from enishi.kit import clock, page_cache, spreadsheets
from enishi.kit.dates import Day
from enishi.kit.errors import NotFoundError
from enishi.kit.forms import check
from enishi.kit.http.public_pages import public_page
from enishi.kit.schema import Schema
from enishi.statistics import exports, release_charts
from enishi.statistics.labels import DIMENSIONS
from enishi.statistics.metrics import BY_KEY, METRICS
from enishi.statistics.queries import chart_store, releases

AnyRequest = Request[Any, Any, Any]
Until = Annotated[str, QueryParameter(name="until")]
_LISTED = 14


class UntilForm(Schema):
    until: Day | None = None


# A release never changes, so a cache may keep its files.
_FINAL = {"cache-control": "public, max-age=86400, immutable"}


@get("/statistics", name="statistics:index", access=PUBLIC)
async def index(request: AnyRequest, until: Until = "") -> Response[bytes] | Template:
    """The newest release, or the newest one up to the day asked for.

    A day that cannot be read gives 422: its message at the field, below the newest release.
    """
    form = check({"until": [until]}, UntilForm)

    async def load() -> Mapping[str, Any]:
        as_of = await releases.find_latest_day(form.value.until if form.value else None)
        days = await releases.list_days(_LISTED)
        if as_of is None:
            return {"form": form, "release": None, "days": days}
        release = await releases.get_release(as_of)
        await chart_store.load(as_of)
        headline = [(BY_KEY[key], cell) for key, cell in release_charts.headline(release)]
        return {
            "form": form,
            "release": release,
            "days": days,
            "is_latest": days[0] == as_of,
            "is_late": (clock.today() - as_of).days > 2,
            "headline": headline,
            "charts": [
                (name, await make(release)) for name, make in release_charts.BY_TABLE.items()
            ],
        }

    if form.value is None:
        context = {**await load(), "has_samples": await page_cache.has_samples()}
        return Template("statistics/index.html", context=context, status_code=422)
    return await public_page(request, "statistics/index.html", load)


@get("/statistics/{as_of:date}/tables/{table_name:str}", name="statistics:table", access=PUBLIC)
async def table(
    request: AnyRequest, as_of: FromPath[date], table_name: FromPath[str]
) -> Response[bytes]:
    """The table behind a chart: a page of its own, because it may weigh ten times the chart."""

    async def load() -> Mapping[str, Any]:
        make = release_charts.BY_TABLE.get(table_name)
        if make is None:
            raise NotFoundError
        release = await releases.get_release(as_of)
        await chart_store.load(as_of)
        return {"release": release, "name": table_name, "chart": await make(release)}

    return await public_page(request, "statistics/table.html", load)


@get("/statistics/definitions", name="statistics:definitions", access=PUBLIC)
async def definitions(request: AnyRequest) -> Response[bytes]:
    """What each metric of the site counts, how, and its dimensions."""

    async def load() -> Mapping[str, Any]:
        return {
            "metrics": [
                (metric, [str(DIMENSIONS[d]) for d in DIMENSIONS if d in metric.dimensions])
                for metric in METRICS
            ]
        }

    return await public_page(request, "statistics/definitions.html", load)


@get("/statistics/{as_of:date}/{file:str}", name="statistics:download", access=PUBLIC)
async def download(as_of: FromPath[date], file: FromPath[str]) -> Response[Any]:
    """A published table as `<table>.csv` or `<table>.json`."""
    name, _, kind = file.partition(".")
    release = await releases.get_release(as_of)
    table = release.tables.get(name)
    if table is None or kind not in ("csv", "json"):
        raise NotFoundError
    if kind == "json":
        return Response(await exports.as_document(release, table), headers=_FINAL)
    disposition = f'attachment; filename="enishi-{name}-{as_of.isoformat()}.csv"'
    return Response(
        b"".join(exports.layout_of(name).lines(await exports.as_rows(table))),
        media_type=spreadsheets.MEDIA_TYPE,
        headers=_FINAL | {"content-disposition": disposition},
    )


HANDLERS: list[ControllerRouterHandler] = [index, table, definitions, download]
