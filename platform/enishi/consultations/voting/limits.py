"""How fast one participant may vote: token buckets in the memory of each process.

Votes are too many for a bucket in the database, and a person with several processes at hand is
no faster than a person: the limit stops scripts, the writer's queue protects the database.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

from enishi.kit.ratelimit import too_many

BURST = 120.0
PER_SECOND = 3.0
_MOST = 100_000


class Buckets:
    def __init__(
        self,
        burst: float = BURST,
        per_second: float = PER_SECOND,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._burst = burst
        self._per_second = per_second
        self._now = now
        self._levels: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def take(self, who: object) -> None:
        """Count one act. Raises TooManyRequestsError with the seconds until the next token."""
        now = self._now()
        level, filled_at = self._levels.get(who, (self._burst, now))
        level = min(self._burst, level + (now - filled_at) * self._per_second)
        if level < 1:
            raise too_many(max(1, round((1 - level) / self._per_second)))
        self._levels[who] = level - 1, now
        self._levels.move_to_end(who)
        while len(self._levels) > _MOST:
            self._levels.popitem(last=False)


votes = Buckets()
