"""Taking over the drawings that the worker made of a release."""

from datetime import date

from enishi.kit import db
from enishi.kit.cache import SharedCache
from enishi.kit.charts import drawing

_SECONDS = 300

_asked: SharedCache[int] = SharedCache(seconds=_SECONDS, size=4)


async def load(as_of: date) -> None:
    """Have the drawings of this release at hand, if they were made: now and then, not each time."""
    if not await _asked.get(as_of, lambda: _take_over(as_of)):
        _asked.invalidate(as_of)  # they may be under way


async def _take_over(as_of: date) -> int:
    rows = await db.fetch(
        "SELECT key, svg FROM statistics_drawing WHERE as_of = $1 AND maker = $2",
        as_of,
        drawing.MAKER,
    )
    drawing.keep({row["key"]: row["svg"] for row in rows})
    return len(rows)


def invalidate() -> None:
    """Ask anew: for tests."""
    _asked.invalidate()
