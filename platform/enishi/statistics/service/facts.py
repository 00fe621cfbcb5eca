"""Collecting facts from the logs of the domains, and recounting them.

All statements are set-based (`fact_sql`): the rows never leave PostgreSQL.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from enishi.audit import service as audit
from enishi.kit import bulk_indexes, clock, db, self_checks
from enishi.kit.facts import FactSource
from enishi.statistics.schemas import Drift
from enishi.statistics.service import fact_sql, rollups

CHECK = "statistics.recount"


async def collect(sources: Iterable[FactSource]) -> int:
    """Copy the acts that are new since the last collection; returns their number.

    May be called at any time. Each source has a unit of work of its own, in which its facts and
    its watermark move together: after a kill nothing is copied twice or missed.
    """
    return sum([await _collect(source) for source in sources])


async def _collect(source: FactSource) -> int:
    async with db.unit_of_work():
        span = await _lock(source)
        statement = fact_sql.collect(source, whole=span.is_whole)
        [copied] = await db.fetch(statement, *span.args(source))
        # A merge that the copy did not see is not below the horizon: it is read the next time.
        moved = await db.fetch(fact_sql.move(source, whole=span.is_whole), *span.args(source))
        people = {*(copied["old_keys"] or ()), *(copied["new_keys"] or ())}
        people |= {row["key"] for row in moved}
        if people:
            await rollups.rebuild_people(list(people))
        await _advance(source, span)
        return int(copied["new"])


async def build(sources: Iterable[FactSource]) -> None:
    """The first collection of a full log: facts first, their indexes and rollups at the end.

    With facts there already it is an ordinary collection. All of it is one unit of work.
    """
    async with db.unit_of_work():
        # One order for all locks, so that two builds cannot wait for each other in a circle.
        spans = [
            (source, await _lock(source)) for source in sorted(sources, key=lambda each: each.name)
        ]
        if await db.fetch_value("SELECT EXISTS (SELECT FROM statistics_fact)"):
            await collect(source for source, _ in spans)
            return
        async with bulk_indexes.set_aside(("statistics_fact",)):
            for source, span in spans:
                statement = fact_sql.build(source, whole=span.is_whole)
                await db.execute(statement, *span.args(source))
                await _advance(source, span)
        # Without ANALYZE the planner takes the table for small, and sorts on disk to add it up.
        await db.execute("ANALYZE statistics_fact")
        await rollups.build()


@dataclass(frozen=True)
class _Span:
    """The transactions that one collection reads: `first` <= tx < `horizon`, as text."""

    first: str
    horizon: str
    cluster: str

    @property
    def is_whole(self) -> bool:
        """From 0 on the log is read without bounds.

        It may hold numbers of another cluster, which may lie beyond the horizon.
        """
        return self.first == "0"

    def args(self, source: FactSource) -> tuple[str, ...]:
        return (source.name,) if self.is_whole else (source.name, self.first, self.horizon)


async def _lock(source: FactSource) -> _Span:
    """Lock the source until the end of the unit of work, and find what a collection reads."""
    await db.execute(fact_sql.LOCK_ALL)
    cluster = await db.fetch_value(fact_sql.CLUSTER)
    first = await db.fetch_value(fact_sql.LOCK_SOURCE, source.name, cluster, clock.now())
    # Read before the copy takes its snapshot: an act that the copy does not see is not below it.
    horizon = await db.fetch_value(fact_sql.HORIZON)
    return _Span(first, horizon, cluster)


async def _advance(source: FactSource, span: _Span) -> None:
    await db.execute(fact_sql.ADVANCE, source.name, span.horizon, span.cluster)


async def recount(sources: Iterable[FactSource]) -> list[Drift]:
    """Derive every fact again from the logs, count where the stored ones differ, and mend them.

    Drift is a number of facts, and for rollups a number of rows: those missing or different, and
    those too many. Each is 0 unless there is a bug; operators see the sum on their board.
    """
    drifts = [await _recount(source) for source in sources]
    async with db.unit_of_work():
        await db.execute(fact_sql.LOCK_ALL)
        for drift in await rollups.recount():
            await _record(drift)
            drifts.append(drift)
    await self_checks.record(CHECK, sum(each.missing + each.surplus for each in drifts))
    return drifts


async def _recount(source: FactSource) -> Drift:
    async with db.unit_of_work():
        await db.execute(fact_sql.LOCK_ALL)
        await db.execute("DROP TABLE IF EXISTS recounted")
        await db.execute(fact_sql.recount(source), source.name)
        drift = Drift(
            source=source.name,
            missing=await db.fetch_value(fact_sql.MEND),
            surplus=await db.fetch_value(fact_sql.REMOVE_SURPLUS, source.name),
        )
        await _record(drift)
        return drift


async def _record(drift: Drift) -> None:
    if drift.missing or drift.surplus:
        await audit.record(
            "statistics.facts.mended",
            actor_id=None,
            subject=("source", drift.source),
            missing=drift.missing,
            surplus=drift.surplus,
        )


async def cut_person(account_id: uuid.UUID) -> None:
    """Cut the key of an account from its facts. The acts stay counted."""
    async with db.unit_of_work():
        # A collection under way may have read the account before its domain erased it.
        await db.execute(fact_sql.LOCK_ALL)
        key = await db.fetch_value(fact_sql.KEY_OF_ACCOUNT, account_id)
        await db.execute(fact_sql.CUT_KEY, key)
        await rollups.rebuild_people([key])
