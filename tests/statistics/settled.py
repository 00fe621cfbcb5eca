"""Collecting facts on a database server that other test processes share.

A collection reads only below the oldest running transaction of the whole server, also of other
databases: with several test processes one is nearly always running.
"""

import asyncio

from enishi import wiring
from enishi.kit import db
from enishi.statistics.service import facts

_HORIZON = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text"


async def settle() -> None:
    """Return when every committed act is below the horizon. Never inside a transaction."""
    last = int(await db.fetch_value("SELECT pg_current_xact_id()::text"))
    for _ in range(600):
        if int(await db.fetch_value(_HORIZON)) > last:
            return
        await asyncio.sleep(0.1)
    raise TimeoutError


async def collect() -> int:
    """Collect all committed acts; answers the number of new facts."""
    await settle()
    return await facts.collect(wiring.FACT_SOURCES)
