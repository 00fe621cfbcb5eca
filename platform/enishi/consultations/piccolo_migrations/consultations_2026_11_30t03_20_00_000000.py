"""Lists of opinions in the order of entry, which their ids no longer tell."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T03:20:00:000000"
DESCRIPTION = "index of opinions by time"

STATEMENTS = (
    "DROP INDEX consultations_opinion_list",
    """
    CREATE INDEX consultations_opinion_list
        ON consultations_opinion (consultation_id, state, created_at, id)
    """,
)
UNDO = (
    "DROP INDEX consultations_opinion_list",
    "CREATE INDEX consultations_opinion_list ON consultations_opinion (consultation_id, state, id)",
)

forwards = sql_step("consultations", ID, STATEMENTS, UNDO)
