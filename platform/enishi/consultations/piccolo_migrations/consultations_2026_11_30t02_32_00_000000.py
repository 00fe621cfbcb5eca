"""The record of changes is append-only."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T02:32:00:000000"
DESCRIPTION = "the append-only record of changes"

STATEMENTS = (
    """
    CREATE FUNCTION consultations_keep_changes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the record of changes is appended to, never changed'
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER consultations_change_append_only BEFORE UPDATE OR DELETE ON consultations_change
        FOR EACH ROW EXECUTE FUNCTION consultations_keep_changes()
    """,
)
UNDO = (
    "DROP TRIGGER consultations_change_append_only ON consultations_change",
    "DROP FUNCTION consultations_keep_changes()",
)

forwards = sql_step("consultations", ID, STATEMENTS, UNDO)
