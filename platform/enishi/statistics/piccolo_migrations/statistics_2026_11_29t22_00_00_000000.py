"""Room for more kinds of acts of a person's day."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-29T22:00:00:000000"
DESCRIPTION = "acts of a person's day as an integer"

STATEMENTS = ("ALTER TABLE statistics_person_day ALTER COLUMN acts TYPE integer",)
UNDO = ("ALTER TABLE statistics_person_day ALTER COLUMN acts TYPE smallint",)

forwards = sql_step("statistics", ID, STATEMENTS, UNDO)
