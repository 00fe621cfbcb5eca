"""Releases of before: figures as bands. They stay readable at their addresses."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from enishi.accounts.access import PUBLIC
from enishi.kit import clock, spreadsheets
from enishi.kit.errors import NotFoundError
from enishi.kit.http.public_pages import public_page
from enishi.statistics import exports, release_charts
from enishi.statistics.metrics import BY_KEY
from enishi.statistics.queries import chart_store, cube_releases, releases

AnyRequest = Request[Any, Any, Any]
LISTED = 14
_LATE = 2  # days
# A release never changes, so a cache may keep its files.
FINAL = {"cache-control": "public, max-age=86400, immutable"}


async def page_context(as_of: date) -> Mapping[str, Any]:
    """What the page of a banded release shows."""
    release, days = await releases.get_release(as_of), await releases.list_days(LISTED)
    await chart_store.load(as_of)
    series = await cube_releases.list_series()
    first_day = series[0] if series else None
    return {
        "release": release,
        "days": days,
        "first_day": first_day,
        "is_latest": first_day is None and days[0] == as_of,
        "is_late": (clock.today() - as_of).days > _LATE,
        "headline": [(BY_KEY[key], cell) for key, cell in release_charts.headline(release)],
        "charts": [(name, await make(release)) for name, make in release_charts.BY_TABLE.items()],
    }


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


@get("/statistics/{as_of:date}/{file:str}", name="statistics:download", access=PUBLIC)
async def download(as_of: FromPath[date], file: FromPath[str]) -> Response[Any]:
    """A published table as `<table>.csv` or `<table>.json`."""
    name, _, kind = file.partition(".")
    release = await releases.get_release(as_of)
    table = release.tables.get(name)
    if table is None or kind not in ("csv", "json"):
        raise NotFoundError
    if kind == "json":
        return Response(await exports.as_document(release, table), headers=FINAL)
    disposition = f'attachment; filename="enishi-{name}-{as_of.isoformat()}.csv"'
    return Response(
        b"".join(exports.layout_of(name, table.metrics).lines(await exports.as_rows(table))),
        media_type=spreadsheets.MEDIA_TYPE,
        headers=FINAL | {"content-disposition": disposition},
    )


HANDLERS: list[ControllerRouterHandler] = [table, download]
