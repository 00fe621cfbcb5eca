"""Rate limits in the memory of a process, for acts that are too frequent for a row each.

Requests of one subject that reach several processes find that many buckets.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from enishi.kit.lru import LruMap
from enishi.kit.ratelimit import too_many

_MAX_BUCKETS = 100_000  # the least recently used are dropped


@dataclass(slots=True)
class _Bucket:
    level: float  # tokens in it at the instant `filled_at`
    filled_at: float


class TokenBuckets:
    """Buckets of `burst` tokens that refill by `per_second` tokens each second, one for a key."""

    def __init__(
        self, burst: float, per_second: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst = burst
        self._per_second = per_second
        self._now = now
        self._buckets: LruMap[object, _Bucket] = LruMap(_MAX_BUCKETS)

    def take(self, key: object) -> None:
        """Take a token. Raises TooManyRequestsError with the seconds until the next one."""
        now = self._now()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = _Bucket(self._burst, now)
            self._buckets.put(key, bucket)
        level = min(self._burst, bucket.level + (now - bucket.filled_at) * self._per_second)
        if level < 1:
            raise too_many(max(1, round((1 - level) / self._per_second)))
        bucket.level, bucket.filled_at = level - 1, now
