"""A withdrawal erases the texts of an opinion: also their sealed originals."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T17:10:00:000004"
DESCRIPTION = "a withdrawal erases sealed originals"

STATEMENTS = (
    "CREATE INDEX consultations_masking_opinion ON consultations_masking (opinion_id)",
    """
    CREATE INDEX consultations_masking_consultation
        ON consultations_masking (consultation_id, masked_at DESC)
    """,
    """
    CREATE FUNCTION consultations_erase_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM consultations_masking WHERE opinion_id = NEW.id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER consultations_opinion_erase_sealed
        AFTER UPDATE OF state ON consultations_opinion
        FOR EACH ROW WHEN (NEW.state = 'withdrawn') EXECUTE FUNCTION consultations_erase_sealed()
    """,
)
UNDO = (
    "DROP TRIGGER consultations_opinion_erase_sealed ON consultations_opinion",
    "DROP FUNCTION consultations_erase_sealed()",
    "DROP INDEX consultations_masking_consultation",
    "DROP INDEX consultations_masking_opinion",
)

forwards = sql_step("consultations", ID, STATEMENTS, UNDO)
