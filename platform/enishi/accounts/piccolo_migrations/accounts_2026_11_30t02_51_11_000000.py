"""Append-only tables refuse UPDATE, DELETE and TRUNCATE, whoever asks."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T02:51:11:000000"
VERSION = "1.38.0"
DESCRIPTION = "append-only tables"
STATEMENTS = (
    """
    CREATE TRIGGER accounts_consent_no_truncate BEFORE TRUNCATE ON accounts_consent
        FOR EACH STATEMENT EXECUTE FUNCTION accounts_keep_the_ledger()
    """,
)
UNDO = (
    "DROP TRIGGER accounts_consent_no_truncate ON accounts_consent",
)

forwards = sql_step("accounts", ID, STATEMENTS, UNDO)
