from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from enishi.kit.db import DB

ID = "2026-11-23T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes for one's own places and for the counts of a place"

STATEMENTS = (
    """CREATE INDEX relations_consent_latest
    ON relations_consent (registration_id, purpose, recorded_at DESC, id DESC)""",
    """CREATE INDEX relations_registration_event_latest
    ON relations_registration_event (registration_id, happened_at DESC, id DESC)""",
    """CREATE INDEX relations_registration_event_happened_at
    ON relations_registration_event (happened_at)""",
    """CREATE INDEX relations_registration_prefecture
    ON relations_registration (prefecture_code, municipality_code)""",
)
BACKWARDS = (
    "DROP INDEX relations_consent_latest",
    "DROP INDEX relations_registration_event_latest",
    "DROP INDEX relations_registration_event_happened_at",
    "DROP INDEX relations_registration_prefecture",
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
