from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from enishi.kit.db import DB

ID = "2026-11-23T14:35:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "drawings of the newest release"

# Piccolo has no composite key.
FORWARDS = (
    """CREATE TABLE statistics_drawing (as_of date NOT NULL, key text NOT NULL,
    maker text NOT NULL, svg text NOT NULL, drawn_at timestamptz NOT NULL,
    PRIMARY KEY (as_of, key))""",
)
BACKWARDS = ("DROP TABLE statistics_drawing",)


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
