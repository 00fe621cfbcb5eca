"""Rate limits: token buckets in PostgreSQL.

For rare acts that must be limited across all processes (codes, mails, invitations). Taking a token
is one statement, so parallel requests cannot both take the last one. These acts need PostgreSQL
anyway, so no other server can fail and lift the limit. Keys are stored as keyed hashes, so a bucket
does not reveal its address or network. A limit can be lifted for a subject: a row of the same table
holds until when.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from enishi.kit import clock, db
from enishi.kit.errors import TooManyRequestsError
from enishi.kit.i18n import gettext_lazy
from enishi.kit.keyring import ring

_PURPOSE = "kit.ratelimit"
_KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """A bucket of `burst` tokens that refills evenly, by `burst` tokens in each `per`."""

    name: str
    burst: int
    per: timedelta

    def __post_init__(self) -> None:
        if self.per > _KEPT_FOR:
            raise ValueError(f"the limit {self.name} is longer than buckets are kept")

    @property
    def per_second(self) -> float:
        return self.burst / self.per.total_seconds()


# Take a token and read the level in one statement; the subquery reads the level from before.
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


async def take(limit: Limit, *subject: object) -> None:
    """Take one token of the bucket of `subject` (a mailbox, a network …).

    Call it outside the unit of work that it protects, so that a rollback does not return the
    token. Raises TooManyRequestsError.
    """
    key = ring().mac(_PURPOSE, "\x1f".join([limit.name, *map(str, subject)]).encode())
    [row] = await db.fetch(_TAKE, key, limit.burst, limit.per_second, clock.now())
    if not row["taken"]:
        raise too_many(max(1, math.ceil(float(row["missing"] or 0) / limit.per_second)))


_LIFT = """
INSERT INTO kit_rate_bucket AS bucket (key, level, filled_at) VALUES ($1, 0, $2)
ON CONFLICT (key) DO UPDATE SET filled_at = greatest(bucket.filled_at, EXCLUDED.filled_at)
"""


async def lift(until: datetime, name: str, *subject: object) -> None:
    """Mark limits as lifted for `subject` until an instant; whoever takes tokens asks is_lifted."""
    await db.execute(_LIFT, _lifted_key(name, subject), until)


async def is_lifted(name: str, *subject: object) -> bool:
    rows = await db.fetch(
        "SELECT FROM kit_rate_bucket WHERE key = $1 AND filled_at > $2",
        _lifted_key(name, subject),
        clock.now(),
    )
    return bool(rows)


def _lifted_key(name: str, subject: Sequence[object]) -> bytes:
    return ring().mac("kit.ratelimit.lifted", "\x1f".join([name, *map(str, subject)]).encode())


def too_many(seconds: int) -> TooManyRequestsError:
    """The refusal with the wait in its message, in seconds or, from a minute on, in minutes."""
    if seconds < 60:
        message = gettext_lazy("操作が続いたため、あと%(wait)s秒お待ちください。", wait=seconds)
    else:
        minutes = math.ceil(seconds / 60)
        message = gettext_lazy("操作が続いたため、あと%(wait)s分お待ちください。", wait=minutes)
    return TooManyRequestsError(seconds, message)


async def prune() -> None:
    """Delete buckets that have been full again for at least a day."""
    await db.execute("DELETE FROM kit_rate_bucket WHERE filled_at < $1", clock.now() - _KEPT_FOR)
