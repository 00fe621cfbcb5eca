"""What each self-check found, for operators."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T09:14:12:000000"
VERSION = "1.38.0"
DESCRIPTION = "results of self-checks"

STATEMENTS = (
    """
    CREATE TABLE kit_self_check (
        name varchar(60) PRIMARY KEY,
        differences bigint NOT NULL,
        checked_at timestamptz NOT NULL,
        found bigint NOT NULL,
        found_at timestamptz
    )
    """,
)
UNDO = ("DROP TABLE kit_self_check",)

forwards = sql_step("kit", ID, STATEMENTS, UNDO)
