"""The charts of released cubes, with the table of each a link away."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from enishi.kit import charts
from enishi.kit.charts import About, Chart
from enishi.kit.charts.tiles import TILES
from enishi.kit.formatting import format_number
from enishi.kit.i18n import gettext
from enishi.places import queries as places
from enishi.statistics.cube_tables import CubeTable


def _about(table: CubeTable) -> About:
    source = gettext("縁（えにし）の利用統計。%(period)s。", period=table.period)
    return About(table.title, str(table.metric.unit), source, missing=table.small)


async def prefectures(table: CubeTable) -> Chart:
    """A map of tiles; a prefecture without a printed number has none."""
    values = {row.key[0]: row.people for row in table.rows}
    chart = await charts.prefectures(
        _about(table),
        {code: values.get(code) for code in TILES},
        {each.code[:2]: each.short_name for each in places.list_prefectures()},
    )
    return _finished(chart, table)


async def bars(table: CubeTable) -> Chart:
    """Bars in the order of the table, not of their lengths: a release ranks nothing."""
    rows = [(row.names[0], row.people) for row in table.rows if row.people is not None]
    return _finished(await charts.bars(_about(table), rows), table)


def _finished(chart: Chart, table: CubeTable) -> Chart:
    """With the table as it is printed; the summary names no winner."""
    printed = sum(row.people is not None for row in table.rows)
    return replace(
        chart,
        summary=gettext(
            "%(small)s人以上で数を示しているのは、%(all)sのうち%(printed)sです。",
            small=table.release.small,
            all=format_number(len(table.rows)),
            printed=format_number(printed),
        ),
        table=charts.Table(
            table.title,
            (table.dimensions[0][1], (gettext("人数（人）"), "number")),
            tuple((row.names[0], table.cell(row.people)) for row in table.rows),
        ),
    )


BY_CUBE: Mapping[str, Callable[[CubeTable], Awaitable[Chart]]] = {
    "tie.prefecture": prefectures,
    "tie.class": bars,
    "part.prefecture": prefectures,
    "part.theme": bars,
    "visit.prefecture": prefectures,
}
"""The cubes that are drawn, in the order of the page."""


async def draw(table: CubeTable) -> Chart:
    """The chart of one of BY_CUBE."""
    return await BY_CUBE[table.cube.name](table)
