from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from enishi.kit.db import DB

ID = "2026-11-23T08:00:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "which transaction wrote an event"

# Piccolo has no xid8, no partial index and no descending one.
STATEMENTS = (
    """ALTER TABLE relations_registration_event ADD COLUMN tx xid8 NOT NULL DEFAULT pg_current_xact_id()""",
    """CREATE INDEX relations_registration_event_tx ON relations_registration_event (tx)""",
    """ALTER TABLE relations_activity ADD COLUMN tx xid8 NOT NULL DEFAULT pg_current_xact_id()""",
    """CREATE INDEX relations_activity_tx ON relations_activity (tx)""",
)
BACKWARDS = (
    "ALTER TABLE relations_registration_event DROP COLUMN tx",
    "ALTER TABLE relations_activity DROP COLUMN tx",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="relations", description=DESCRIPTION)

    async def run():
        for statement in STATEMENTS:
            await DB.run_ddl(statement)

    async def run_backwards():
        for statement in BACKWARDS:
            await DB.run_ddl(statement)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
