"""Vote steps: the totals that the public reads, exact as of an instant.

Whoever polls live sums reads single ballots: a sum that moves by one is somebody's vote. So totals
move in steps: at least ten minutes apart, each with changed votes of at least twenty people, none
in the last day before the close, and a last one after it. Pages, API and files read the newest
step; only one's own choice is shown at once. After a close that came within a day of a step, the
last one waits until that day is over, or for twenty people: who may close and open again at will
would otherwise read one ballot at a time.
"""

import uuid
from datetime import timedelta

from enishi.consultations.voting import step_sql
from enishi.kit import clock, db

INTERVAL = timedelta(minutes=10)
PEOPLE = 20
QUIET = timedelta(days=1)
"""Without a step before the close: its last step would show few late votes by subtraction."""
_ARRIVAL = timedelta(minutes=1)
"""A vote that was cast in time is committed some seconds after the close at the latest."""
_KEPT = timedelta(hours=1)


async def take_due(published_elsewhere: uuid.UUID | None = None) -> int:
    """Publish a step of every consultation that one is due for; returns their number.

    May be called at any time, also in a unit of work that wrote votes itself. The totals of
    `published_elsewhere`, an imported consultation, are published whatever they are.
    """
    async with db.unit_of_work():
        await _read_log()
        taken = await db.fetch(
            step_sql.TAKE,
            clock.now(),
            INTERVAL,
            PEOPLE,
            QUIET,
            _ARRIVAL,
            published_elsewhere,
            _KEPT,
        )
    return len(taken)


async def _read_log() -> None:
    """Add what is new in the vote log to the counted votes. Part of the unit of work."""
    [position] = await db.fetch(step_sql.LOCK)
    if position["snapshot"] is None or position["cluster"] != position["here"]:
        await db.execute(step_sql.FORGET)
        await db.execute(step_sql.COUNT_ALL, position["snapshot"] is None)
        return
    await db.execute(
        step_sql.READ,
        position["first"],
        position["snapshot"],
        position["own_tx"],
        position["own_id"],
    )


async def drift() -> int:
    """Read the log, and count the statements and channels whose sums a recount contradicts.

    For tests and in peace: votes that commit between the two statements count as drift.
    """
    async with db.unit_of_work():
        await _read_log()
        return len(await db.fetch(step_sql.DRIFT))
