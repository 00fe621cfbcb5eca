from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-23T14:05:09:905603"
VERSION = "1.38.0"
DESCRIPTION = "no needs in plain text"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="programmes", description=DESCRIPTION)

    manager.drop_column(
        table_class_name="PartyMember",
        tablename="programmes_party_member",
        column_name="needs",
        db_column_name="needs",
        schema=None,
    )

    return manager
