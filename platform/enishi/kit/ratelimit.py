"""Limits on how often something may be done: token buckets in PostgreSQL.

For acts that are rare and must be limited across all processes (codes, mails, invitations).
Each is one statement, so parallel requests cannot both take the last token; PostgreSQL is
needed for those acts anyway, so there is no second server whose absence would lift the limit.
Keys are kept as keyed hashes: a bucket does not tell whose it is.
"""

import math
from dataclasses import dataclass
from datetime import timedelta

from enishi.kit import clock, db
from enishi.kit.errors import TooManyRequestsError
from enishi.kit.i18n import gettext_lazy
from enishi.kit.keyring import ring

_PURPOSE = "kit.ratelimit"
_KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """`burst` acts at once, then `burst` more spread evenly over each `per`."""

    name: str
    burst: int
    per: timedelta

    def __post_init__(self) -> None:
        if self.per > _KEPT_FOR:
            raise ValueError(f"the limit {self.name} outlives its bucket")

    @property
    def per_second(self) -> float:
        return self.burst / self.per.total_seconds()


# Taken and looked at in one statement; the look sees the bucket as it was before.
_TAKE = """
WITH taken AS (
    INSERT INTO kit_rate_bucket AS bucket (key, level, filled_at)
    VALUES ($1, $2::float8 - 1, $4)
    ON CONFLICT (key) DO UPDATE SET
        level = least($2::float8, bucket.level
            + greatest(extract(epoch FROM $4 - bucket.filled_at), 0) * $3::float8) - 1,
        filled_at = greatest(bucket.filled_at, $4)
    WHERE bucket.level + greatest(extract(epoch FROM $4 - bucket.filled_at), 0) * $3::float8 >= 1
    RETURNING level
)
SELECT EXISTS (SELECT 1 FROM taken) AS taken, (
    SELECT 1 - level - greatest(extract(epoch FROM $4 - filled_at), 0) * $3::float8
    FROM kit_rate_bucket WHERE key = $1) AS missing
"""


async def take(limit: Limit, *who: object) -> None:
    """Count one act of `who` (a mailbox, a network …). Raises TooManyRequestsError.

    Call it outside the unit of work it guards: a refused act counts as well.
    """
    key = ring().mac(_PURPOSE, "\x1f".join([limit.name, *map(str, who)]).encode())
    [row] = await db.fetch(_TAKE, key, limit.burst, limit.per_second, clock.now())
    if not row["taken"]:
        raise too_many(max(1, math.ceil(float(row["missing"] or 0) / limit.per_second)))


def too_many(seconds: int) -> TooManyRequestsError:
    """The refusal with its wait in words: minutes where it takes longer than one."""
    if seconds < 60:
        message = gettext_lazy("操作が続いたため、あと%(wait)s秒お待ちください。", wait=seconds)
    else:
        minutes = math.ceil(seconds / 60)
        message = gettext_lazy("操作が続いたため、あと%(wait)s分お待ちください。", wait=minutes)
    return TooManyRequestsError(seconds, message)


async def prune() -> None:
    """Forget buckets that have been full again for long."""
    await db.execute("DELETE FROM kit_rate_bucket WHERE filled_at < $1", clock.now() - _KEPT_FOR)
