from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from enum import Enum
from piccolo.columns.column_types import Varchar

ID = "2026-11-30T03:15:51:432723"
VERSION = "1.38.0"
DESCRIPTION = "acts of guests that are left out of the counts"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="consultations", description=DESCRIPTION
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
                    "SET_ASIDE": "participation.set_aside",
                    "TAKEN_BACK": "participation.taken_back",
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
                    "SHOWN": "dialogue.shown",
                },
            )
        },
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    return manager
