"""Certificates of which the holder chooses what to show."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T16:52:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "certificates with a choice"

STATEMENTS = (
    # Empty for certificates of before: they are issued anew to have one.
    "ALTER TABLE relations_certificate ADD COLUMN sd_jwt text NOT NULL DEFAULT ''",
    """
    ALTER TABLE relations_certificate ADD CONSTRAINT relations_certificate_sd_jwt_while_in_force
        CHECK (sd_jwt = '' OR revoked_at IS NULL)
    """,
)
UNDO = ("ALTER TABLE relations_certificate DROP COLUMN sd_jwt",)

forwards = sql_step("relations", ID, STATEMENTS, UNDO)
