from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from enishi.kit.db import DB

ID = "2026-11-23T11:15:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "no index on facts that no reader uses"

# A recount reads all of a source; a subject is always asked for by its organisation.
FORWARDS = (
    "DROP INDEX statistics_fact_by_source",
    "DROP INDEX statistics_fact_by_subject",
)
BACKWARDS = (
    "CREATE INDEX statistics_fact_by_source ON statistics_fact (source)",
    "CREATE INDEX statistics_fact_by_subject ON statistics_fact (subject_kind, subject_id, day)",
)


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
