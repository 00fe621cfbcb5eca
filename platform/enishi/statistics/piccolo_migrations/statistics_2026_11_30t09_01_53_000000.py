"""Facts of parties give way to facts of persons, which the next collection reads from the start."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T09:01:53:000000"
VERSION = "1.38.0"
DESCRIPTION = "facts of parties removed"

_SOURCES = "('programmes.applications', 'programmes.sign_ups')"
STATEMENTS = (
    f"DELETE FROM statistics_fact WHERE source IN {_SOURCES}",
    f"DELETE FROM statistics_watermark WHERE source IN {_SOURCES}",
    "DELETE FROM statistics_day_sum WHERE subject_kind = 'programme'",
)
# A recount derives them again from the log.
UNDO = ()

forwards = sql_step("statistics", ID, STATEMENTS, UNDO)
