"""An index for the list of those who applied to a session, in the order of their tickets."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from enishi.kit.db import DB

ID = "2026-11-23T10:05:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "index of the applications to a session"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="programmes", description=DESCRIPTION)

    async def run():
        await DB.run_ddl(
            """CREATE INDEX programmes_application_by_session
            ON programmes_application (session_id, ticket)"""
        )

    async def run_backwards():
        await DB.run_ddl("DROP INDEX programmes_application_by_session")

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
