from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from enishi.kit.db import DB

ID = "2026-11-23T08:00:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "the watermark; what figures are read by"

# Piccolo has no xid8, no partial index and no descending one.
STATEMENTS = (
    """CREATE TABLE statistics_salt (
    id boolean PRIMARY KEY DEFAULT true CONSTRAINT statistics_salt_one_row CHECK (id),
    value text NOT NULL DEFAULT gen_random_uuid()::text || gen_random_uuid()::text)""",
    """INSERT INTO statistics_salt DEFAULT VALUES""",
    """ALTER TABLE statistics_watermark ADD COLUMN tx xid8 NOT NULL DEFAULT '0'""",
    """CREATE INDEX statistics_fact_by_source ON statistics_fact (source)""",
    """CREATE INDEX statistics_fact_by_subject ON statistics_fact (subject_kind, subject_id, day)""",
    """CREATE INDEX statistics_fact_by_organisation ON statistics_fact (organisation_id, day)""",
    """CREATE INDEX statistics_fact_by_person ON statistics_fact (person_key) WHERE person_key IS NOT NULL""",
)
BACKWARDS = (
    "DROP TABLE statistics_salt",
    "DROP INDEX statistics_fact_by_source",
    "DROP INDEX statistics_fact_by_subject",
    "DROP INDEX statistics_fact_by_organisation",
    "DROP INDEX statistics_fact_by_person",
    "ALTER TABLE statistics_watermark DROP COLUMN tx",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="statistics", description=DESCRIPTION)

    async def run():
        for statement in STATEMENTS:
            await DB.run_ddl(statement)

    async def run_backwards():
        for statement in BACKWARDS:
            await DB.run_ddl(statement)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
