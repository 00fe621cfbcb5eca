"""The instant from which the free places of a session are first come for all."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T02:40:00:000001"
DESCRIPTION = "first_come_from, computed"

STATEMENTS = (
    # The latest instant at which an offer still leaves two hours between 07:00 and 22:00 in Japan
    # before the cut-off. A generated column: each statement and each writer has the same instant.
    # Local times, because PostgreSQL allows immutable functions only; Japan has no summer time.
    """
    ALTER TABLE programmes_session ADD COLUMN first_come_from timestamptz NOT NULL
    GENERATED ALWAYS AS ((
        CASE
            WHEN ((starts_at AT TIME ZONE 'Asia/Tokyo')
                    - cutoff_hours * interval '1 hour')::time >= '22:00'
                THEN date_trunc('day', (starts_at AT TIME ZONE 'Asia/Tokyo')
                    - cutoff_hours * interval '1 hour') + interval '20 hours'
            WHEN ((starts_at AT TIME ZONE 'Asia/Tokyo')
                    - cutoff_hours * interval '1 hour')::time >= '09:00'
                THEN (starts_at AT TIME ZONE 'Asia/Tokyo')
                    - cutoff_hours * interval '1 hour' - interval '2 hours'
            WHEN ((starts_at AT TIME ZONE 'Asia/Tokyo')
                    - cutoff_hours * interval '1 hour')::time >= '07:00'
                THEN (starts_at AT TIME ZONE 'Asia/Tokyo')
                    - cutoff_hours * interval '1 hour' - interval '11 hours'
            ELSE date_trunc('day', (starts_at AT TIME ZONE 'Asia/Tokyo')
                    - cutoff_hours * interval '1 hour') - interval '4 hours'
        END
    ) AT TIME ZONE 'Asia/Tokyo') STORED
    """,
    # The sweep looks here for sessions whose last hours have begun.
    """
    CREATE INDEX programmes_session_waited_for ON programmes_session (first_come_from)
        WHERE state = 'planned' AND waiting > 0 AND free_places_told_at IS NULL
    """,
)
UNDO = (
    "DROP INDEX programmes_session_waited_for",
    "ALTER TABLE programmes_session DROP COLUMN first_come_from",
)

forwards = sql_step("programmes", ID, STATEMENTS, UNDO)
