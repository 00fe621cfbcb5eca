from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Timestamptz
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check

ID = "2026-11-30T02:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "cut-off, those who wait told"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="programmes", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="ProgrammeSession",
        tablename="programmes_session",
        column_name="free_places_told_at",
        db_column_name="free_places_told_at",
        column_class_name="Timestamptz",
        column_class=Timestamptz,
        params={
            "default": None,
            "null": True,
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

    manager.drop_constraint(
        table_class_name="ProgrammeSession",
        tablename="programmes_session",
        constraint_name="programmes_session_queue",
        schema=None,
    )

    manager.add_constraint(
        table_class_name="ProgrammeSession",
        tablename="programmes_session",
        constraint_name="programmes_session_hours",
        constraint_class=Check,
        params={
            "condition": "offer_hours >= 1 AND cutoff_hours BETWEEN 0 AND 720"
        },
        schema=None,
    )

    manager.add_constraint(
        table_class_name="ProgrammeSession",
        tablename="programmes_session",
        constraint_name="programmes_session_waiting",
        constraint_class=Check,
        params={"condition": "waiting BETWEEN 0 AND tickets"},
        schema=None,
    )

    return manager
