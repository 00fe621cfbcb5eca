"""Guests who are left out of the counts are found without reading all facts."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T09:00:07:000000"
VERSION = "1.38.0"
DESCRIPTION = "guests who are left out of the counts"

STATEMENTS = (
    """
    CREATE INDEX statistics_fact_set_aside ON statistics_fact (person_key)
        WHERE kind IN ('participation.set_aside', 'participation.taken_back')
    """,
)
UNDO = ("DROP INDEX statistics_fact_set_aside",)

forwards = sql_step("statistics", ID, STATEMENTS, UNDO)
