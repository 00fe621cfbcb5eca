"""Rollups of facts, which an office's figures are read from.

`statistics_day_sum` holds the amount of each day, kind and subject by one dimension at a time, as
it is asked for. `statistics_person_day` holds one row for a person and a day, so that people are
counted once over any period. `statistics_person_first` holds when a person first did something
under a subject, so that nobody's whole history is read to know who was new. All follow from the
facts alone, cover only acts under subjects of organisations, and are written by the statement that
writes the facts.
"""

import uuid
from collections.abc import Sequence

from enishi.kit import bulk_indexes, db
from enishi.statistics.schemas import Drift
from enishi.statistics.service.rollup_sql import (
    ALL_FACTS,
    FACTS_OF_PEOPLE,
    OF_PEOPLE,
    ROLLUPS,
    Rollup,
)

# Hash tables of millions of groups stay in memory instead of in temporary files.
_MEMORY = "SET LOCAL work_mem = '128MB'"


async def build() -> None:
    """Add up all facts into empty tables. In the caller's unit of work."""
    async with bulk_indexes.set_aside([rollup.table for rollup in ROLLUPS]):
        await db.execute(_MEMORY)
        for rollup in ROLLUPS:
            await db.execute(rollup.insert(ALL_FACTS))


async def rebuild_people(people: Sequence[uuid.UUID]) -> None:
    """Add up these person keys again, after some of their facts lost or changed the key."""
    for rollup in OF_PEOPLE:
        await db.execute(rollup.remove_people(), people)
        await db.execute(rollup.insert(FACTS_OF_PEOPLE), people)


async def recount() -> list[Drift]:
    """Add up all facts again, count the rows that differ, and mend them.

    In the caller's unit of work.
    """
    await db.execute(_MEMORY)
    return [await _recount(rollup) for rollup in ROLLUPS]


async def _recount(rollup: Rollup) -> Drift:
    await db.execute("DROP TABLE IF EXISTS rolled_up")
    await db.execute(rollup.recount())
    drift = Drift(
        source=rollup.table,
        missing=await db.fetch_value(rollup.count_missing()),
        surplus=await db.fetch_value(rollup.count_surplus()),
    )
    if drift.missing or drift.surplus:
        for statement in rollup.replace():
            await db.execute(statement)
    return drift
