"""When the first answer of each consultation is public; answers of before are counted."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T17:11:00:000000"
DESCRIPTION = "when the results of before were published"

STATEMENTS = (
    """
    UPDATE consultations_consultation c SET answered_at = first.instant
    FROM (
        SELECT consultation_id, min(publish_at) AS instant FROM consultations_answer_publication
        WHERE cancelled_at IS NULL AND publish_at <= now() GROUP BY consultation_id
    ) first
    WHERE c.id = first.consultation_id AND c.answered_at IS NULL
    """,
)
UNDO = ("UPDATE consultations_consultation SET answered_at = NULL",)

forwards = sql_step("consultations", ID, STATEMENTS, UNDO)
