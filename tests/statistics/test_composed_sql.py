"""PostgreSQL understands every statement that statistics put together."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from enishi.kit import db, ids
from enishi.kit.facts import FactSource
from enishi.statistics.metrics import PERSON_KINDS, Acts, Dimension
from enishi.statistics.queries import count_sql
from enishi.statistics.schemas import Scope
from enishi.statistics.service import fact_sql, rollup_sql
from enishi.wiring import FACT_SOURCES

DAY = date(2026, 12, 1)
KINDS = tuple(PERSON_KINDS)
ACTS = Acts(plus=KINDS[:2], minus=KINDS[2:])
SCOPES = (Scope(until=DAY), Scope(until=DAY, since=DAY, organisation_id=ids.new_id()))


def connection() -> Any:
    transaction = db.DB.current_transaction.get()
    assert transaction is not None
    return transaction.connection


@pytest.mark.parametrize("source", FACT_SOURCES, ids=lambda source: source.name)
async def test_facts_of_a_log(source: FactSource) -> None:
    for whole in (True, False):
        await connection().prepare(fact_sql.collect(source, whole=whole))
        await connection().prepare(fact_sql.build(source, whole=whole))
    await db.execute(fact_sql.recount(source), source.name)
    for whole in (True, False):
        await connection().prepare(fact_sql.move(source, whole=whole))
    await connection().prepare(fact_sql.MEND)
    await connection().prepare(fact_sql.REMOVE_SURPLUS)


@pytest.mark.parametrize("rollup", rollup_sql.ROLLUPS, ids=lambda rollup: rollup.table)
async def test_rollups(rollup: rollup_sql.Rollup) -> None:
    for facts in (rollup_sql.ALL_FACTS, rollup_sql.FACTS_OF_PEOPLE):
        await connection().prepare(rollup.insert(facts))
    await db.execute(rollup.recount())
    for statement in (rollup.count_missing(), rollup.count_surplus(), *rollup.replace()):
        await connection().prepare(statement)


def counts(dimension: Dimension | None, scope: Scope) -> Iterator[str]:
    yield count_sql.amounts_of_facts(KINDS, dimension, scope)[0]
    yield count_sql.persons_of_facts(KINDS, dimension, scope)[0]
    yield count_sql.net_persons(ACTS, dimension, scope)[0]
    for did in ((), KINDS):
        yield count_sql.joined(dimension, scope, did)[0]
    yield count_sql.retention(scope)[0]
    if count_sql.has_rollup(dimension, scope):
        yield count_sql.amounts_of_day_sums(KINDS, dimension, scope)[0]
        yield count_sql.persons_of_person_days(KINDS, dimension, scope)[0]


@pytest.mark.parametrize("dimension", [None, *Dimension])
@pytest.mark.parametrize("scope", SCOPES, ids=["all", "an organisation"])
async def test_counts(dimension: Dimension | None, scope: Scope) -> None:
    for statement in counts(dimension, scope):
        await connection().prepare(statement)
