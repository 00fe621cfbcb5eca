"""An index for an office that reads the registrations of its place: a scan of all facts took long."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T09:18:43:000000"
VERSION = "1.38.0"
DESCRIPTION = "index of registrations by place"
STATEMENTS = (
    """
    CREATE INDEX statistics_fact_of_place ON statistics_fact (place_code, day)
        WHERE subject_kind = 'place'
    """,
)
UNDO = ("DROP INDEX statistics_fact_of_place",)

forwards = sql_step("statistics", ID, STATEMENTS, UNDO)
