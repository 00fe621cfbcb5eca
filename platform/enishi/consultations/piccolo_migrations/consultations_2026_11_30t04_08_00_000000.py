"""What changed of a recent voter's votes since the last step: a checksum, 0 for nothing."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T04:08:00:000000"
DESCRIPTION = "what changed of a recent voter's votes"

# The defaults are for whom was noted before, and for a worker of the earlier version: what they have
# changed is not known, so they are not counted as if it were.
STATEMENTS = (
    """
    ALTER TABLE consultations_recent_voter ADD COLUMN change bigint NOT NULL DEFAULT 0,
        ADD COLUMN is_public boolean NOT NULL DEFAULT false
    """,
)
UNDO = (
    "ALTER TABLE consultations_recent_voter DROP COLUMN change, DROP COLUMN is_public",
)

forwards = sql_step("consultations", ID, STATEMENTS, UNDO)
