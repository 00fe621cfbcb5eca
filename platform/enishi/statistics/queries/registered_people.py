"""How many people are registered with a place, as last published."""

from datetime import date

from enishi.kit.cache import SharedCache
from enishi.statistics.queries import cube_releases
from enishi.statistics.schemas import RegisteredPeople

_CUBES = ("tie.prefecture", "tie.place")  # released together, for closed months
_SECONDS = 3600

_cached: SharedCache[RegisteredPeople | None] = SharedCache(seconds=_SECONDS, size=2)


async def find_registered_people() -> RegisteredPeople | None:
    """Of every place, from the newest release; None before the first."""
    until = await cube_releases.find_latest_day(_CUBES[-1])
    if until is None:
        return None
    return await _cached.get(until, lambda: _read(until))


async def _read(until: date) -> RegisteredPeople | None:
    found = [await cube_releases.find_on(name, until) for name in _CUBES]
    releases = [release for release in found if release is not None]
    if not releases:
        return None
    numbers = {row.key[0]: row.value for release in releases for row in release.rows}
    return RegisteredPeople(as_of=until, small=releases[-1].small, numbers=numbers)


def invalidate() -> None:
    """For tests."""
    _cached.invalidate()
