"""Append-only records of answers and steps are not truncated either."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T17:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "no truncation of append-only records"

_KEPT_BY = {
    "consultations_argument_text": "consultations_keep_answers",
    "consultations_answer_draft": "consultations_keep_answers",
    "consultations_answer_approval": "consultations_keep_answers",
    "consultations_answer_published": "consultations_keep_answers",
    "consultations_step_act": "consultations_keep_step_acts",
}
STATEMENTS = tuple(
    f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
    f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    for table, function in _KEPT_BY.items()
)
UNDO = tuple(f"DROP TRIGGER {table}_no_truncate ON {table}" for table in _KEPT_BY)

forwards = sql_step("consultations", ID, STATEMENTS, UNDO)
