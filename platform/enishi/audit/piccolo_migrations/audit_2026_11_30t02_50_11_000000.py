"""Append-only tables refuse UPDATE, DELETE and TRUNCATE, whoever asks."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T02:50:11:000000"
VERSION = "1.38.0"
DESCRIPTION = "append-only tables"
STATEMENTS = (
    """
    CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the audit trail is appended to, never changed'
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
        FOR EACH ROW EXECUTE FUNCTION audit_refuse_change()
    """,
    """
    CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
        FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()
    """,
)
UNDO = (
    "DROP TRIGGER audit_entry_no_truncate ON audit_entry",
    "DROP TRIGGER audit_entry_append_only ON audit_entry",
    "DROP FUNCTION audit_refuse_change()",
)

forwards = sql_step("audit", ID, STATEMENTS, UNDO)
