from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from enum import Enum
from piccolo.columns.column_types import Date
from piccolo.columns.column_types import JSONB
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check

ID = "2026-11-23T09:56:25:144132"
VERSION = "1.38.0"
DESCRIPTION = "why a dialogue was taken back; paper and telephone"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="consultations", description=DESCRIPTION)

    manager.add_column(
        table_class_name="Consultation",
        tablename="consultations_consultation",
        column_name="withdrawn_reason",
        db_column_name="withdrawn_reason",
        column_class_name="JSONB",
        column_class=JSONB,
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

    manager.add_column(
        table_class_name="Opinion",
        tablename="consultations_opinion",
        column_name="received_on",
        db_column_name="received_on",
        column_class_name="Date",
        column_class=Date,
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

    manager.alter_column(
        table_class_name="FunnelCount",
        tablename="consultations_funnel",
        column_name="channel",
        db_column_name="channel",
        params={
            "choices": Enum(
                "Channel",
                {
                    "ACCOUNT": "account",
                    "GUEST": "guest",
                    "PAPER": "paper",
                    "PHONE": "phone",
                    "IMPORT": "import",
                },
            )
        },
        old_params={
            "choices": Enum(
                "Channel",
                {
                    "ACCOUNT": "account",
                    "GUEST": "guest",
                    "STAFF": "staff",
                    "IMPORT": "import",
                },
            )
        },
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    manager.alter_column(
        table_class_name="Participant",
        tablename="consultations_participant",
        column_name="channel",
        db_column_name="channel",
        params={
            "choices": Enum(
                "Channel",
                {
                    "ACCOUNT": "account",
                    "GUEST": "guest",
                    "PAPER": "paper",
                    "PHONE": "phone",
                    "IMPORT": "import",
                },
            )
        },
        old_params={
            "choices": Enum(
                "Channel",
                {
                    "ACCOUNT": "account",
                    "GUEST": "guest",
                    "STAFF": "staff",
                    "IMPORT": "import",
                },
            )
        },
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )

    manager.add_constraint(
        table_class_name="Consultation",
        tablename="consultations_consultation",
        constraint_name="consultations_consultation_withdrawn_has_reason",
        constraint_class=Check,
        params={"condition": "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)"},
        schema=None,
    )

    return manager
