from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-29T21:51:11:907523"
VERSION = "1.38.0"
DESCRIPTION = ""


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="kit", description=DESCRIPTION)

    manager.drop_table(class_name="OperatorSignIn", tablename="kit_operator_sign_in", schema=None)

    return manager
