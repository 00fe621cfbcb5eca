"""The order of photographs: one a position, also while two change places."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T16:42:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "order of photographs"

STATEMENTS = (
    # Checked at the end of each statement, so that one statement may let two change places.
    """
    ALTER TABLE programmes_photograph ADD CONSTRAINT programmes_photograph_order
        UNIQUE (programme_id, position) DEFERRABLE INITIALLY IMMEDIATE
    """,
)
UNDO = ("ALTER TABLE programmes_photograph DROP CONSTRAINT programmes_photograph_order",)

forwards = sql_step("programmes", ID, STATEMENTS, UNDO)
