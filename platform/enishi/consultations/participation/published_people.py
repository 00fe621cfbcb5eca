"""How many people take part in a consultation, as the newest release says.

Live numbers of people would undo the release's disclosure control. Releases belong to `statistics`,
which lies above, so `enishi.wiring` registers its reader here (dependency inversion).
"""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class PublishedPeople:
    """A number or band of people, as text, up to and including the day."""

    text: str
    as_of: date


Reader = Callable[[uuid.UUID], Awaitable[PublishedPeople | None]]

_reader: Reader | None = None


def set_reader(reader: Reader) -> None:
    global _reader  # noqa: PLW0603 (registered by wiring, once for each process)
    _reader = reader


async def find(consultation_id: uuid.UUID) -> PublishedPeople | None:
    """None before the first release that has the consultation."""
    return None if _reader is None else await _reader(consultation_id)
