"""Filling tables without their indexes and foreign keys, and having every one of them after."""

import asyncpg
import pytest

from enishi.kit import bulk_indexes, db
from enishi.kit.ids import new_id

pytestmark = [pytest.mark.usefixtures("rollback"), pytest.mark.as_owner]

TABLES = ("consultations_vote", "consultations_participant", "consultations_act")
_ALL = """
SELECT indexdef AS made FROM pg_indexes WHERE tablename = ANY ($1)
UNION ALL SELECT conrelid::regclass || conname || pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid::regclass::text = ANY ($1) ORDER BY 1
"""
_ONE_VOTE = "INSERT INTO consultations_vote VALUES ($1, $1, 1, now())"


async def _made() -> list[str]:
    return [row["made"] for row in await db.fetch(_ALL, list(TABLES))]


async def test_all_of_them_are_there_again_as_they_were() -> None:
    before = await _made()
    told: list[float] = []
    async with bulk_indexes.set_aside(TABLES, told.append):
        during = await _made()
    assert len(during) < len(before) - 8
    assert await _made() == before
    assert sum(told) == pytest.approx(1)


async def test_a_row_that_points_nowhere_is_refused_at_the_end() -> None:
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with bulk_indexes.set_aside(TABLES):
            await db.fetch(_ONE_VOTE, new_id())


async def test_two_rows_of_one_key_are_refused_at_the_end() -> None:
    key = new_id()
    with pytest.raises(asyncpg.UniqueViolationError):
        async with bulk_indexes.set_aside(TABLES):
            await db.fetch(_ONE_VOTE, key)
            await db.fetch(_ONE_VOTE, key)


async def test_a_table_with_rows_keeps_its_own() -> None:
    await db.fetch(
        "INSERT INTO consultations_act (id, kind, happened_at) VALUES ($1, 'x', now())", new_id()
    )
    before = await _made()
    async with bulk_indexes.set_aside(("consultations_act",)):
        assert await _made() == before
