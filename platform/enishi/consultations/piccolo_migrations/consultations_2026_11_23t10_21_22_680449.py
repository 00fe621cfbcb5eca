from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from enum import Enum
from piccolo.columns.column_types import Integer
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-23T10:21:22:680449"
VERSION = "1.38.0"
DESCRIPTION = "showings are acts; what applications are counted under"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="consultations", description=DESCRIPTION)

    manager.drop_table(class_name="ViewCount", tablename="consultations_view_count", schema=None)

    manager.add_column(
        table_class_name="Act",
        tablename="consultations_act",
        column_name="amount",
        db_column_name="amount",
        column_class_name="Integer",
        column_class=Integer,
        params={
            "default": 1,
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    manager.alter_column(
        table_class_name="Act",
        tablename="consultations_act",
        column_name="kind",
        db_column_name="kind",
        params={
            "choices": Enum(
                "ActKind",
                {
                    "STARTED": "participation.started",
                    "MERGED": "participation.merged",
                    "STATED": "statement.written",
                    "OPINED": "opinion.sent",
                    "SHOWN": "dialogue.shown",
                },
            )
        },
        old_params={
            "choices": Enum(
                "ActKind",
                {
                    "STARTED": "participation.started",
                    "MERGED": "participation.merged",
                    "STATED": "statement.written",
                    "OPINED": "opinion.sent",
                },
            )
        },
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    return manager
