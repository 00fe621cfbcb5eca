"""Steps that are lists of statements, in both directions."""

import pytest

from enishi.kit import db
from enishi.kit.sql_migration import sql_step

pytestmark = pytest.mark.as_owner
STATEMENTS = (
    "CREATE TABLE kit_made (id integer PRIMARY KEY)",
    "INSERT INTO kit_made VALUES (7)",
)
_EXISTS = "SELECT to_regclass('kit_made') IS NOT NULL"


async def test_statements_run_in_their_order_and_are_taken_back() -> None:
    step = sql_step("kit", "2026-01-01T00:00:00:000000", STATEMENTS, ["DROP TABLE kit_made"])
    manager = await step()
    assert (manager.app_name, manager.migration_id) == ("kit", "2026-01-01T00:00:00:000000")
    assert not await db.fetch_value(_EXISTS)  # asking for a step runs nothing
    await manager.run()
    assert await db.fetch_value("SELECT id FROM kit_made") == 7
    await manager.run(backwards=True)
    assert not await db.fetch_value(_EXISTS)


async def test_a_step_that_fails_leaves_its_error_to_the_caller() -> None:
    manager = await sql_step("kit", "2026-01-01T00:00:00:000000", ["SELECT 1", "SELECT x"], [])()
    with pytest.raises(db.asyncpg.UndefinedColumnError):
        await manager.run()
