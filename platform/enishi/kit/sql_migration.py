"""A migration step that is a list of SQL statements, for what Piccolo's tables cannot say.

It stands beside the generated step, not in it: within one step Piccolo runs raw statements before
it makes tables. Released steps are never edited, so this module keeps its name and `sql_step` its
parameters.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from enishi.kit.db import DB


def sql_step(
    app_name: str, migration_id: str, statements: Sequence[str], undo: Sequence[str]
) -> Callable[[], Awaitable[MigrationManager]]:
    """The `forwards` that Piccolo looks for in a step.

    Both lists run in their order and in the transaction of the caller. A statement is sent by
    itself, so each element holds exactly one. `undo` takes back all of `statements`, also where
    the generated step drops the table afterwards: the two can be taken back one at a time.
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
