"""Append-only tables refuse UPDATE, DELETE and TRUNCATE, whoever asks."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T02:53:11:000000"
VERSION = "1.38.0"
DESCRIPTION = "append-only tables"
STATEMENTS = (
    """
    CREATE TRIGGER statistics_release_no_truncate BEFORE TRUNCATE ON statistics_release
        FOR EACH STATEMENT EXECUTE FUNCTION statistics_release_is_final()
    """,
)
UNDO = (
    "DROP TRIGGER statistics_release_no_truncate ON statistics_release",
)

forwards = sql_step("statistics", ID, STATEMENTS, UNDO)
