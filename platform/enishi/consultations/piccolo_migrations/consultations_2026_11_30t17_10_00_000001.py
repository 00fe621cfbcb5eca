"""What settles races about reports and decisions: one report a person, one open hiding a text."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T17:10:00:000001"
DESCRIPTION = "unique reports and open decisions"

STATEMENTS = (
    """
    CREATE UNIQUE INDEX consultations_report_statement_once
        ON consultations_report (statement_id, reporter_id) WHERE statement_id IS NOT NULL
    """,
    """
    CREATE UNIQUE INDEX consultations_report_opinion_once
        ON consultations_report (opinion_id, reporter_id) WHERE opinion_id IS NOT NULL
    """,
    # The queue of moderators reads the reports that wait.
    """
    CREATE INDEX consultations_report_waiting ON consultations_report (consultation_id)
        WHERE settled_at IS NULL
    """,
    # Erasure and the file of an account read its reports.
    "CREATE INDEX consultations_report_reporter ON consultations_report (reporter_id)",
    """
    CREATE UNIQUE INDEX consultations_hiding_statement_open
        ON consultations_hiding (statement_id) WHERE ended_at IS NULL
    """,
    """
    CREATE UNIQUE INDEX consultations_hiding_opinion_open
        ON consultations_hiding (opinion_id) WHERE ended_at IS NULL
    """,
    "CREATE INDEX consultations_hiding_consultation ON consultations_hiding (consultation_id)",
    # Authors of texts that were hidden before this step may appeal, too. What was hidden by another
    # platform was not decided here.
    """
    INSERT INTO consultations_hiding (id, consultation_id, statement_id, reason, note, hidden_at)
    SELECT gen_random_uuid(), consultation_id, id, hidden_reason, '',
        coalesce(moderated_at, created_at)
    FROM consultations_statement WHERE state = 'hidden' AND hidden_reason <> 'at_source'
    """,
    """
    INSERT INTO consultations_hiding (id, consultation_id, opinion_id, reason, note, hidden_at)
    SELECT gen_random_uuid(), consultation_id, id, hidden_reason, '',
        coalesce(moderated_at, updated_at)
    FROM consultations_opinion WHERE state = 'hidden' AND hidden_reason <> 'at_source'
    """,
)
UNDO = (
    "DELETE FROM consultations_hiding",
    "DROP INDEX consultations_hiding_consultation",
    "DROP INDEX consultations_hiding_opinion_open",
    "DROP INDEX consultations_hiding_statement_open",
    "DROP INDEX consultations_report_reporter",
    "DROP INDEX consultations_report_waiting",
    "DROP INDEX consultations_report_opinion_once",
    "DROP INDEX consultations_report_statement_once",
)

forwards = sql_step("consultations", ID, STATEMENTS, UNDO)
