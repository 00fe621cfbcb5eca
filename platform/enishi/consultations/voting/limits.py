"""How fast one participant may vote: token buckets in the memory of each process.

Votes are too many for a bucket in the database, and a person with several processes at hand is
no faster than a person: the limit stops scripts, the writer's queue protects the database.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from enishi.kit.lru import LruMap
from enishi.kit.ratelimit import too_many

BURST = 120.0
PER_SECOND = 3.0
_MOST = 100_000


@dataclass(slots=True)
class _Bucket:
    level: float  # tokens in it at the instant `filled_at`
    filled_at: float


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
        self._buckets: LruMap[object, _Bucket] = LruMap(_MOST)

    def take(self, who: object) -> None:
        """Count one act. Raises TooManyRequestsError with the seconds until the next token."""
        now = self._now()
        bucket = self._buckets.get(who)
        if bucket is None:
            bucket = _Bucket(self._burst, now)
            self._buckets.put(who, bucket)
        level = min(self._burst, bucket.level + (now - bucket.filled_at) * self._per_second)
        if level < 1:
            raise too_many(max(1, round((1 - level) / self._per_second)))
        bucket.level, bucket.filled_at = level - 1, now


votes = Buckets()
