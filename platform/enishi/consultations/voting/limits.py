"""The rate limit of votes: a token bucket for each participant, in the memory of each process.

A bucket in the database would cost a write for each vote. A participant whose requests reach
several processes gets that many buckets, which is accepted: the limit stops scripts, and the
writer's queue protects the database.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

from enishi.kit.ratelimit import too_many

BURST = 120.0  # tokens of a full bucket
PER_SECOND = 3.0  # tokens added
_MAX_BUCKETS = 100_000  # the least recently used are dropped


class TokenBuckets:
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

    def take(self, key: object) -> None:
        """Take a token. Raises TooManyRequestsError with the seconds until the next one."""
        now = self._now()
        level, filled_at = self._levels.get(key, (self._burst, now))
        level = min(self._burst, level + (now - filled_at) * self._per_second)
        if level < 1:
            raise too_many(max(1, round((1 - level) / self._per_second)))
        self._levels[key] = level - 1, now
        self._levels.move_to_end(key)
        while len(self._levels) > _MAX_BUCKETS:
            self._levels.popitem(last=False)


votes = TokenBuckets()
