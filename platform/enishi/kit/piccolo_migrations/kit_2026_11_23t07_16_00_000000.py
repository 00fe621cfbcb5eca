from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from enishi.kit.db import DB

ID = "2026-11-23T07:16:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "buckets of rate limits"

# Unlogged: after a crash of the server everybody's limit starts afresh, which harms nobody.
CREATE = """
CREATE UNLOGGED TABLE kit_rate_bucket (
    key bytea PRIMARY KEY,
    level double precision NOT NULL,
    filled_at timestamptz NOT NULL
)
"""


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="kit", description=DESCRIPTION)

    async def run():
        await DB.run_ddl(CREATE)
        await DB.run_ddl("CREATE INDEX kit_rate_bucket_filled_at ON kit_rate_bucket (filled_at)")

    async def run_backwards():
        await DB.run_ddl("DROP TABLE kit_rate_bucket")

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
