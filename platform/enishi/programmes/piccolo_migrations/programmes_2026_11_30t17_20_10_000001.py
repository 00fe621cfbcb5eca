"""A party is asked once about a postponement, and a session is moved to a later time only."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T17:20:10:000001"
DESCRIPTION = "a party is asked once"

STATEMENTS = (
    """
    CREATE UNIQUE INDEX programmes_postponement_answer_once
        ON programmes_postponement_answer (postponement_id, application_id)
    """,
    """
    ALTER TABLE programmes_postponement ADD CONSTRAINT programmes_postponement_is_later
        CHECK (was_starts_at < starts_at AND starts_at < ends_at)
    """,
)
UNDO = (
    "ALTER TABLE programmes_postponement DROP CONSTRAINT programmes_postponement_is_later",
    "DROP INDEX programmes_postponement_answer_once",
)

forwards = sql_step("programmes", ID, STATEMENTS, UNDO)
