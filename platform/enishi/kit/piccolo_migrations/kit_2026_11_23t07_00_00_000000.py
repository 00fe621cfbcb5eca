from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from enishi.kit.db import DB

ID = "2026-11-23T07:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "partial indexes: open jobs are few, ended ones many"

# Piccolo has no partial indexes. Each serves one question of the sweep or of the operator's page.
INDEXES = (
    "CREATE INDEX kit_job_due ON kit_job (due_at) WHERE state = 'due'",
    "CREATE INDEX kit_job_lease ON kit_job (lease_until) WHERE state = 'running'",
    "CREATE INDEX kit_job_failed ON kit_job (ended_at) WHERE state = 'failed'",
    "CREATE INDEX kit_job_ended ON kit_job (ended_at) WHERE state IN ('done', 'given_up')",
    "CREATE INDEX kit_mail_waiting ON kit_mail (created_at) WHERE state = 'waiting'",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="kit", description=DESCRIPTION)

    async def run():
        for statement in INDEXES:
            await DB.run_ddl(statement)

    async def run_backwards():
        for statement in INDEXES:
            await DB.run_ddl(f"DROP INDEX {statement.split()[2]}")

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
