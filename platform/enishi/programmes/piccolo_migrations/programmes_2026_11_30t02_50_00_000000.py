from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from enum import Enum
from piccolo.columns.column_types import Varchar

ID = "2026-11-30T02:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "companions in a party"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="programmes", description=DESCRIPTION
    )

    manager.alter_column(
        table_class_name="PartyMember",
        tablename="programmes_party_member",
        column_name="kind",
        db_column_name="kind",
        params={
            "choices": Enum(
                "MemberKind",
                {"ADULT": "adult", "CHILD": "child", "COMPANION": "companion"},
            )
        },
        old_params={
            "choices": Enum("MemberKind", {"ADULT": "adult", "CHILD": "child"})
        },
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    return manager
