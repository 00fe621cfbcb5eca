"""Facts of registrations say what a recount derives: whoever registers with a place is tied to it."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T08:56:21:000000"
VERSION = "1.38.0"
DESCRIPTION = "ties of registrations"

STATEMENTS = (
    """
    UPDATE statistics_fact
    SET tie = CASE WHEN home_municipality = place_code THEN 'resident' ELSE 'tied' END
    WHERE source = 'relations.registrations'
    """,
)
UNDO = ("UPDATE statistics_fact SET tie = 'unknown' WHERE source = 'relations.registrations'",)

forwards = sql_step("statistics", ID, STATEMENTS, UNDO)
