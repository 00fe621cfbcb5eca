from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from enishi.kit.db import DB

ID = "2026-11-23T14:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "participants are counted from their index alone"

FORWARDS = (
    "DROP INDEX consultations_participant_of",
    """CREATE INDEX consultations_participant_of
    ON consultations_participant (consultation_id, channel, merged_into)""",
)
BACKWARDS = (
    "DROP INDEX consultations_participant_of",
    """CREATE INDEX consultations_participant_of
    ON consultations_participant (consultation_id, channel)""",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="consultations", description=DESCRIPTION)

    async def run():
        for statement in FORWARDS:
            await DB.run_ddl(statement)

    async def run_backwards():
        for statement in BACKWARDS:
            await DB.run_ddl(statement)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
