"""The moderation that was announced at publication is the one that runs: it no longer changes."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T17:10:00:000002"
DESCRIPTION = "the announced moderation is kept"

STATEMENTS = (
    """
    CREATE FUNCTION consultations_keep_moderation() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the moderation of a published consultation was announced'
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER consultations_consultation_moderation_announced
        BEFORE UPDATE OF moderation ON consultations_consultation
        FOR EACH ROW WHEN (OLD.published_at IS NOT NULL
            AND NEW.moderation IS DISTINCT FROM OLD.moderation)
        EXECUTE FUNCTION consultations_keep_moderation()
    """,
)
UNDO = (
    "DROP TRIGGER consultations_consultation_moderation_announced ON consultations_consultation",
    "DROP FUNCTION consultations_keep_moderation()",
)

forwards = sql_step("consultations", ID, STATEMENTS, UNDO)
