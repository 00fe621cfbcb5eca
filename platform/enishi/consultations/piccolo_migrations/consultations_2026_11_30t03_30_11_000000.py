"""Append-only tables refuse UPDATE, DELETE and TRUNCATE, whoever asks."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T03:30:11:000000"
VERSION = "1.38.0"
DESCRIPTION = "append-only tables"
STATEMENTS = (
    """
    CREATE FUNCTION consultations_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the log of votes is appended to, never changed'
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER consultations_vote_event_append_only
        BEFORE UPDATE OR DELETE ON consultations_vote_event
        FOR EACH ROW EXECUTE FUNCTION consultations_refuse_change()
    """,
    """
    CREATE TRIGGER consultations_vote_event_no_truncate
        BEFORE TRUNCATE ON consultations_vote_event
        FOR EACH STATEMENT EXECUTE FUNCTION consultations_refuse_change()
    """,
    """
    CREATE TRIGGER consultations_change_no_truncate BEFORE TRUNCATE ON consultations_change
        FOR EACH STATEMENT EXECUTE FUNCTION consultations_keep_changes()
    """,
)
UNDO = (
    "DROP TRIGGER consultations_change_no_truncate ON consultations_change",
    "DROP TRIGGER consultations_vote_event_no_truncate ON consultations_vote_event",
    "DROP TRIGGER consultations_vote_event_append_only ON consultations_vote_event",
    "DROP FUNCTION consultations_refuse_change()",
)

forwards = sql_step("consultations", ID, STATEMENTS, UNDO)
