"""How many people are registered with a place, as last published."""

from datetime import date

from enishi.kit.cache import SharedCache
from enishi.statistics.queries import releases
from enishi.statistics.schemas import RegisteredPeople

_METRIC = "relation.people"
_TABLES = ("ties", "places")  # by prefecture, by municipality
_SECONDS = 3600

_cached: SharedCache[RegisteredPeople | None] = SharedCache(seconds=_SECONDS, size=2)


async def find_registered_people() -> RegisteredPeople | None:
    """Of every place, from the newest release; None before the first that has the metric."""
    as_of = await releases.find_latest_day()
    if as_of is None:
        return None
    return await _cached.get(as_of, lambda: _read(as_of))


async def _read(as_of: date) -> RegisteredPeople | None:
    release = await releases.get_release(as_of)
    tables = [release.tables[name] for name in _TABLES if name in release.tables]
    counted = [table for table in tables if _METRIC in table.metrics]
    if not counted:
        return None
    bands = {key: str(cell) for table in counted for key, cell in table.column(_METRIC) if key}
    return RegisteredPeople(as_of=counted[0].until or as_of, bands=bands)


def invalidate() -> None:
    """For tests."""
    _cached.invalidate()
