"""The record of the days of steps is append-only; call and answer are no rows of an office."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T16:21:01:000000"
DESCRIPTION = "the append-only record of steps"

STATEMENTS = (
    """
    CREATE FUNCTION consultations_keep_step_acts() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the record of steps is appended to, never changed'
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER consultations_step_act_append_only
        BEFORE UPDATE OR DELETE ON consultations_step_act
        FOR EACH ROW EXECUTE FUNCTION consultations_keep_step_acts()
    """,
    # Nobody records by hand that a result is published.
    """
    ALTER TABLE consultations_step ADD CONSTRAINT consultations_step_recorded
        CHECK (kind IN ('sorting', 'decision', 'implementation', 'verification'))
    """,
)
UNDO = (
    "ALTER TABLE consultations_step DROP CONSTRAINT consultations_step_recorded",
    "DROP TRIGGER consultations_step_act_append_only ON consultations_step_act",
    "DROP FUNCTION consultations_keep_step_acts()",
)

forwards = sql_step("consultations", ID, STATEMENTS, UNDO)
