"""How many people take part in a dialogue, as last published."""

import uuid
from datetime import date

from enishi.consultations.participation.published_people import PublishedPeople
from enishi.disclosure.bands import FEW
from enishi.kit.cache import SharedCache
from enishi.statistics.queries import releases

_METRIC, _TABLE = "dialogue.participants", "dialogues"
_SECONDS = 3600

_cached: SharedCache[dict[str, str] | None] = SharedCache(seconds=_SECONDS, size=2)


async def find_dialogue_people(consultation_id: uuid.UUID) -> PublishedPeople | None:
    """Of one dialogue, from the newest release; None before the first that has the table."""
    as_of = await releases.find_latest_day()
    if as_of is None:
        return None
    found = await _cached.get(as_of, lambda: _read(as_of))
    if found is None:
        return None
    return PublishedPeople(found.get(f"consultation {consultation_id}", FEW), as_of)


async def _read(as_of: date) -> dict[str, str] | None:
    table = (await releases.get_release(as_of)).tables.get(_TABLE)
    return {key: str(cell) for key, cell in table.column(_METRIC)} if table else None


def invalidate() -> None:
    """For tests."""
    _cached.invalidate()
