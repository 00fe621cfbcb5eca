"""How many people take part in a dialogue, as last published."""

import uuid
from datetime import date

from enishi.consultations.participation.published_people import PublishedPeople
from enishi.kit.cache import SharedCache
from enishi.statistics.labels import shown_about
from enishi.statistics.queries import cube_releases
from enishi.statistics.schemas import CubeRelease

_CUBE = "part.subject"
_SECONDS = 3600

_cached: SharedCache[CubeRelease | None] = SharedCache(seconds=_SECONDS, size=2)


async def find_dialogue_people(consultation_id: uuid.UUID) -> PublishedPeople | None:
    """Of one dialogue, from the newest release that has it; None before the first."""
    until = await cube_releases.find_latest_day(_CUBE)
    if until is None:
        return None
    release = await _cached.get(until, lambda: _read(until))
    key = (str(consultation_id),)
    if release is None or key not in release.by_key():
        return None
    return PublishedPeople(shown_about(release.by_key()[key], release.small), until)


async def _read(until: date) -> CubeRelease | None:
    return await cube_releases.find_on(_CUBE, until)


def invalidate() -> None:
    """For tests."""
    _cached.invalidate()
