"""Reading facts on a server that other tests share.

A reader waits for every transaction that is older than what it reads, also for those of other
databases: with several test processes one of them is nearly always under way.
"""

import asyncio

from enishi import wiring
from enishi.kit import db
from enishi.statistics.service import facts

_HORIZON = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text"


async def settle() -> None:
    """Return once everything that has committed may be read. Not with a transaction open."""
    last = int(await db.value("SELECT pg_current_xact_id()::text"))
    for _ in range(600):
        if int(await db.value(_HORIZON)) > last:
            return
        await asyncio.sleep(0.1)
    raise TimeoutError


async def collect() -> int:
    """Collect all that has happened; answers how many facts are new."""
    await settle()
    return await facts.collect(wiring.FACT_SOURCES)
