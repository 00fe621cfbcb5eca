"""A migration step that is a list of SQL statements, for what Piccolo's tables cannot express.

It is a step after the generated one, because within one step Piccolo runs raw statements before it
creates tables. Released steps are never edited, so the name of this module and the parameters of
`sql_step` do not change.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from enishi.kit.db import DB


def sql_step(
    app_name: str, migration_id: str, statements: Sequence[str], undo: Sequence[str]
) -> Callable[[], Awaitable[MigrationManager]]:
    """The `forwards` that Piccolo looks for in a step.

    Both lists run in order, in the caller's transaction. Each element is exactly one statement.
    `undo` reverts all of `statements`, also for tables that the generated step drops: the steps can
    be reverted one at a time.
    """

    async def forwards() -> MigrationManager:
        manager = MigrationManager(migration_id=migration_id, app_name=app_name)
        manager.add_raw(partial(_run, statements))
        manager.add_raw_backwards(partial(_run, undo))
        return manager

    return forwards


async def _run(statements: Sequence[str]) -> None:
    for statement in statements:
        await DB.run_ddl(statement)
