from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Text
from piccolo.columns.column_types import Varchar

ID = "2026-11-23T09:58:53:252326"
VERSION = "1.38.0"
DESCRIPTION = "acts and views, what they are counted under"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="statistics", description=DESCRIPTION)

    manager.alter_column(
        table_class_name="Fact",
        tablename="statistics_fact",
        column_name="theme_code",
        db_column_name="theme_code",
        params={},
        old_params={},
        column_class=Text,
        old_column_class=Varchar,
        schema=None,
    )

    return manager
