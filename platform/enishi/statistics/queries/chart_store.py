"""Loading the charts that the worker rendered of a release."""

from datetime import date

from enishi.kit import db
from enishi.kit.cache import SharedCache
from enishi.kit.charts import drawing

_SECONDS = 300

_loaded: SharedCache[int] = SharedCache(seconds=_SECONDS, size=4)


async def load(as_of: date) -> None:
    """Put the stored SVGs of this release into the process's chart cache, every few minutes."""
    if not await _loaded.get(as_of, lambda: _load(as_of)):
        _loaded.invalidate(as_of)  # the worker may still render them


async def _load(as_of: date) -> int:
    rows = await db.fetch(
        "SELECT key, svg FROM statistics_drawing WHERE as_of = $1 AND maker = $2",
        as_of,
        drawing.VERSION,
    )
    drawing.keep({row["key"]: row["svg"] for row in rows})
    return len(rows)


def invalidate() -> None:
    """For tests."""
    _loaded.invalidate()
