"""How much was moderated in each finished quarter: what the policy page prints."""

from datetime import date

from enishi.consultations.moderation import policies
from enishi.consultations.moderation.schemas import QuarterView
from enishi.kit import clock, db
from enishi.kit.cache import SharedCache

# A decision is one on the reports of a text, or a hiding of a text that nobody had reported.
_QUARTERS = """
WITH acts AS (
    SELECT DISTINCT 'decided' AS kind, coalesce(r.statement_id, r.opinion_id) AS about,
        r.settled_at AS at
    FROM consultations_report r JOIN consultations_consultation c ON c.id = r.consultation_id
    WHERE r.settled_at >= $1 AND NOT c.is_sample
    UNION ALL
    SELECT a.kind, h.id, a.at
    FROM consultations_hiding h JOIN consultations_consultation c ON c.id = h.consultation_id
    CROSS JOIN LATERAL (VALUES
        ('decided', CASE WHEN h.reported_at IS NULL THEN h.hidden_at END),
        ('hidden', h.hidden_at), ('appealed', h.appealed_at),
        ('upheld', CASE h.outcome WHEN 'upheld' THEN h.decided_at END)
    ) AS a (kind, at)
    WHERE a.at >= $1 AND NOT c.is_sample
)
SELECT date_trunc('quarter', at AT TIME ZONE 'Asia/Tokyo')::date AS quarter,
    count(*) FILTER (WHERE kind = 'decided')::int AS decided,
    count(*) FILTER (WHERE kind = 'hidden')::int AS hidden,
    count(*) FILTER (WHERE kind = 'appealed')::int AS appealed,
    count(*) FILTER (WHERE kind = 'upheld')::int AS upheld
FROM acts GROUP BY 1
"""
# A quarter that is over does not change: it is counted once in ten minutes, not for each reader.
_kept: SharedCache[tuple[QuarterView, ...]] = SharedCache(seconds=600, size=4)


async def list_quarters() -> tuple[QuarterView, ...]:
    """The finished quarters since the first one with a decision, the latest first; no samples."""
    today = clock.today()
    return await _kept.get(today, lambda: _count(today))


async def _count(today: date) -> tuple[QuarterView, ...]:
    quarters = policies.finished_quarters(today)
    rows = await db.fetch(_QUARTERS, clock.start_of_day(quarters[-1]))
    counted = {row.pop("quarter"): row for row in rows}
    begun = [quarter for quarter in quarters if any(first <= quarter for first in counted)]
    return tuple(
        QuarterView(
            first_day=quarter,
            **{
                name: policies.in_tens(counted.get(quarter, {}).get(name, 0))
                for name in ("decided", "hidden", "appealed", "upheld")
            },
        )
        for quarter in begun
    )


def invalidate() -> None:
    """Drop what was counted: between tests."""
    _kept.invalidate()
