"""Fill empty tables without indexes and foreign keys, and create these over all rows afterwards.

Inserting into an index row by row costs ten times as much as building it sorted. Every constraint
is added again before the unit of work ends, which validates it for all rows.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from enishi.kit import db

# Memory for sorting: some millions of keys need no temporary files.
_MEMORY = "SET LOCAL maintenance_work_mem = '192MB'"

_FOREIGN_KEYS = """
SELECT c.conname AS name, pg_get_constraintdef(c.oid) AS definition
FROM pg_constraint c WHERE c.conrelid = $1::text::regclass AND c.contype = 'f' ORDER BY c.conname
"""
# Without the indexes that foreign keys of other tables depend on.
_INDEXES = """
SELECT x.relname AS name, pg_get_indexdef(i.indexrelid) AS definition,
    pg_get_constraintdef(c.oid) AS as_constraint
FROM pg_index i
JOIN pg_class x ON x.oid = i.indexrelid
LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x')
WHERE i.indrelid = $1::text::regclass AND NOT EXISTS (
    SELECT FROM pg_constraint f WHERE f.conindid = i.indexrelid AND f.contype = 'f')
ORDER BY x.relname
"""

Progress = Callable[[float], None]


@dataclass(frozen=True)
class _Removable:
    """An index or foreign key: the statements that drop and create it."""

    drop: str
    create: str


@asynccontextmanager
async def set_aside(
    tables: Sequence[str], progress: Progress = lambda _: None
) -> AsyncIterator[None]:
    """Drop the indexes and foreign keys of those tables that are empty, during the block.

    Must be inside a unit of work, which undoes all of it when the block raises. Tables with rows
    are left alone: the exclusive locks, held until the commit, would block their readers.
    `progress` is called with the share of each index or key that was created again (sum 1).
    """
    empty = [
        each
        for each in tables
        if not await db.fetch_value(f"SELECT EXISTS (SELECT FROM {each})")  # noqa: S608 (declared names)
    ]
    keys = [each for table in empty for each in await _foreign_keys(table)]
    for key in keys:
        await db.execute(key.drop)
    indexes = [each for table in empty for each in await _indexes(table)]
    for index in indexes:
        await db.execute(index.drop)
    yield
    await db.execute(_MEMORY)
    for each in (removed := [*indexes, *keys]):
        await db.execute(each.create)
        progress(1 / len(removed))


async def _foreign_keys(table: str) -> list[_Removable]:
    return [
        _constraint(table, row["name"], row["definition"])
        for row in await db.fetch(_FOREIGN_KEYS, table)
    ]


async def _indexes(table: str) -> list[_Removable]:
    return [
        _constraint(table, row["name"], row["as_constraint"])
        if row["as_constraint"]
        else _Removable(f'DROP INDEX "{row["name"]}"', row["definition"])
        for row in await db.fetch(_INDEXES, table)
    ]


def _constraint(table: str, name: str, definition: str) -> _Removable:
    return _Removable(
        f'ALTER TABLE {table} DROP CONSTRAINT "{name}"',
        f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}',
    )
