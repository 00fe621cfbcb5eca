"""How many people are tied to places, as the public sees it: once a day, in bands (decision 7)."""

from datetime import datetime

import numpy as np

from enishi.disclosure import bands
from enishi.kit import clock, db
from enishi.kit.cache import SharedCache
from enishi.relations.schemas import TiedPeople

_SECONDS = 3600

# Who was tied at an instant. A registration that nothing happened to since is as it was then;
# of the few others the last event before the instant tells. A person is counted once, in the
# prefecture as a whole too.
_TIED = """
WITH since AS (
    SELECT DISTINCT registration_id FROM relations_registration_event WHERE happened_at >= $2
)
SELECT r.municipality_code AS code, count(DISTINCT coalesce(r.account_id, r.id)) AS people
FROM relations_registration r
LEFT JOIN since ON since.registration_id = r.id
WHERE r.prefecture_code = $1 AND CASE
    WHEN since.registration_id IS NULL THEN r.withdrawn_at IS NULL
    ELSE coalesce((
        SELECT e.act <> 'withdrawn' FROM relations_registration_event e
        WHERE e.registration_id = r.id AND e.happened_at < $2
        ORDER BY e.happened_at DESC, e.id DESC LIMIT 1
    ), false)
END
GROUP BY GROUPING SETS ((r.municipality_code), ())
"""

_kept: SharedCache[TiedPeople] = SharedCache(seconds=_SECONDS, size=64)


async def tied_people(prefecture_code: str) -> TiedPeople:
    """The bands of a prefecture and its municipalities as this day began in Japan."""
    as_of = clock.start_of_day(clock.today())
    return await _kept.get((prefecture_code, as_of), lambda: _count(prefecture_code, as_of))


def forget() -> None:
    """Count anew: for tests, and after an import."""
    _kept.forget()


async def _count(prefecture_code: str, as_of: datetime) -> TiedPeople:
    rows = await db.fetch(_TIED, prefecture_code, as_of)
    banded = bands.band(np.array([row["people"] for row in rows], dtype=np.int64))
    shown = zip(rows, banded.bands, banded.values, strict=True)
    return TiedPeople(
        as_of=as_of,
        bands={
            row["code"] or prefecture_code: bands.label(int(band), int(value))
            for row, band, value in shown
        },
    )
