"""Reminders: seven days and one day before a session, each once, however often the job runs.

A round writes a row for each session and reminder that is due, and the row's unique constraint
makes it one. A round that comes late still reminds, until the next reminder is due or the session
begins; and one that expects the next round to be too late reminds early. It expects it after the
time since the round before.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from enishi.kit import clock, db
from enishi.kit.jobs import enqueue
from enishi.programmes.jobs import RemindParties

_KEPT = timedelta(days=30)
_AT_ONCE = 500


class Reminder(NamedTuple):
    """Due `days` before the start; of no use from `until` days before it on."""

    days: int
    until: int


REMINDERS = (Reminder(7, 1), Reminder(1, 0))
_LONGEST_GAP = timedelta(days=7)

_BEGIN = """
INSERT INTO programmes_reminder_round (id, ran_at) VALUES (1, $1)
ON CONFLICT (id) DO UPDATE SET ran_at = greatest(programmes_reminder_round.ran_at, $1)
RETURNING old.ran_at AS before
"""
_DUE = """
INSERT INTO programmes_reminder (id, session_id, days, starts_at, sent_at)
SELECT uuidv7(), s.id, $2, s.starts_at, $1 FROM programmes_session s
WHERE s.state = 'planned' AND s.starts_at > $3 AND s.starts_at <= $4
    AND NOT EXISTS (SELECT FROM programmes_reminder r
        WHERE r.session_id = s.id AND r.days = $2 AND r.starts_at = s.starts_at)
ORDER BY s.starts_at, s.id LIMIT $5
ON CONFLICT (session_id, days, starts_at) DO NOTHING
RETURNING id
"""


async def remind() -> int:
    """One round. Returns the number of reminders of sessions that it began."""
    now = clock.now()
    async with db.unit_of_work():
        row = await db.fetch_one(_BEGIN, now)
        before: datetime | None = row["before"] if row else None
        gap = min(max(now - before, timedelta()), _LONGEST_GAP) if before else timedelta()
    begun = 0
    for reminder in REMINDERS:
        while found := await _begin(reminder, now, gap):
            begun += found
    return begun


async def _begin(reminder: Reminder, now: datetime, gap: timedelta) -> int:
    ends = now + timedelta(days=reminder.until)
    due = max(now + timedelta(days=reminder.days), ends + gap)
    async with db.unit_of_work():
        rows = await db.fetch(_DUE, now, reminder.days, ends, due, _AT_ONCE)
        for row in rows:
            await enqueue(RemindParties(reminder_id=row["id"]))
        return len(rows)


async def forget() -> None:
    """Delete the rows of sessions that are long over."""
    await db.execute("DELETE FROM programmes_reminder WHERE starts_at < $1", clock.now() - _KEPT)
