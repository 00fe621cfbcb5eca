from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from enishi.kit.db import DB

ID = "2026-11-29T22:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "room for more kinds of acts of a person's day"

FORWARDS = ("ALTER TABLE statistics_person_day ALTER COLUMN acts TYPE integer",)
BACKWARDS = ("ALTER TABLE statistics_person_day ALTER COLUMN acts TYPE smallint",)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="statistics", description=DESCRIPTION)

    async def run():
        for statement in FORWARDS:
            await DB.run_ddl(statement)

    async def run_backwards():
        for statement in BACKWARDS:
            await DB.run_ddl(statement)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
