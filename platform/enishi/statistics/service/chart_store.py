"""Drawing a release once, so that no visitor waits for it.

A process that draws for the first time starts a JavaScript engine: seconds. The worker does that
and keeps the drawings beside the release; web processes take them from there.
"""

from datetime import date

from enishi.kit import clock, db
from enishi.kit.charts import drawing
from enishi.kit.i18n import Language, speaking
from enishi.statistics import release_charts
from enishi.statistics.queries import releases

_KEEP = """
INSERT INTO statistics_drawing (as_of, maker, key, svg, drawn_at)
SELECT $1, $2, key, svg, $5 FROM unnest($3::text[], $4::text[]) AS drawn (key, svg)
ON CONFLICT (as_of, key) DO NOTHING
"""


async def render_newest() -> int:
    """Draw the newest release in every language and keep that; answers how many drawings.

    Does nothing when it was done. Older ones are dropped: hardly anybody looks back.
    """
    as_of = await releases.find_latest_day()
    if as_of is None or await _is_drawn(as_of):
        return 0
    release = await releases.get_release(as_of)
    with drawing.noting() as noted:
        for language in Language:
            with speaking(language):
                for draw in release_charts.ALL:
                    await draw(release)
    async with db.unit_of_work():
        await db.fetch(
            "DELETE FROM statistics_drawing WHERE as_of <> $1 OR maker <> $2", as_of, drawing.MAKER
        )
        await db.fetch(
            _KEEP, as_of, drawing.MAKER, list(noted), list(map(str, noted.values())), clock.now()
        )
    return len(noted)


async def _is_drawn(as_of: date) -> bool:
    found: bool = await db.value(
        "SELECT EXISTS (SELECT FROM statistics_drawing WHERE as_of = $1 AND maker = $2)",
        as_of,
        drawing.MAKER,
    )
    return found
