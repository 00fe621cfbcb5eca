"""Rendering the charts of a release once, in the worker.

The first chart of a process starts a JavaScript engine, which takes seconds. The worker pays for it
and stores the SVGs; web processes load them (`queries.chart_store`).
"""

from datetime import date

from enishi.kit import clock, db
from enishi.kit.charts import drawing
from enishi.kit.i18n import Language, speaking
from enishi.statistics import cube_charts, release_charts
from enishi.statistics.cube_tables import find_table
from enishi.statistics.queries import cube_releases, releases

_STORE = """
INSERT INTO statistics_drawing (as_of, maker, key, svg, drawn_at)
SELECT $1, $2, key, svg, $5 FROM unnest($3::text[], $4::text[]) AS drawn (key, svg)
ON CONFLICT (as_of, key) DO NOTHING
"""


async def render_newest() -> int:
    """Render the newest figures in every language and store the SVGs; returns their number.

    Does nothing when they are stored already. Those of older releases are dropped: they are rarely
    read, and a web process renders them when they are.
    """
    newest = await cube_releases.find_latest("tie.nation")
    as_of = newest.until if newest else await releases.find_latest_day()
    if as_of is None or await _is_rendered(as_of):
        return 0
    with drawing.recording() as recorded:
        for language in Language:
            with speaking(language):
                await (_draw_cubes(as_of) if newest else _draw_banded(as_of))
    async with db.unit_of_work():
        await db.execute(
            "DELETE FROM statistics_drawing WHERE as_of <> $1 OR maker <> $2",
            as_of,
            drawing.VERSION,
        )
        await db.execute(
            _STORE,
            as_of,
            drawing.VERSION,
            list(recorded),
            list(map(str, recorded.values())),
            clock.now(),
        )
    return len(recorded)


async def _draw_cubes(as_of: date) -> None:
    for name in cube_charts.BY_CUBE:
        if table := await find_table(name, as_of):
            await cube_charts.draw(table)


async def _draw_banded(as_of: date) -> None:
    release = await releases.get_release(as_of)
    for draw in release_charts.BY_TABLE.values():
        await draw(release)


async def _is_rendered(as_of: date) -> bool:
    found: bool = await db.fetch_value(
        "SELECT EXISTS (SELECT FROM statistics_drawing WHERE as_of = $1 AND maker = $2)",
        as_of,
        drawing.VERSION,
    )
    return found
