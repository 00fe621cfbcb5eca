"""Partial indexes, and the table of rate limits, which is unlogged."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-29T00:01:00:000001"
DESCRIPTION = "partial indexes; buckets of rate limits"

STATEMENTS = (
    # Open jobs are few, ended ones many. Each index serves one query of the sweep or of the
    # operators' page.
    "CREATE INDEX kit_job_due ON kit_job (due_at) WHERE state = 'due'",
    "CREATE INDEX kit_job_lease ON kit_job (lease_until) WHERE state = 'running'",
    "CREATE INDEX kit_job_failed ON kit_job (ended_at) WHERE state = 'failed'",
    "CREATE INDEX kit_job_ended ON kit_job (ended_at) WHERE state IN ('done', 'given_up')",
    "CREATE INDEX kit_mail_waiting ON kit_mail (created_at) WHERE state = 'waiting'",
    # Unlogged: a crash of the server empties it, and all limits start afresh.
    """
    CREATE UNLOGGED TABLE kit_rate_bucket (
        key bytea PRIMARY KEY,
        level double precision NOT NULL,
        filled_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX kit_rate_bucket_filled_at ON kit_rate_bucket (filled_at)",
)
UNDO = (
    "DROP TABLE kit_rate_bucket",
    "DROP INDEX kit_job_due, kit_job_lease, kit_job_failed, kit_job_ended, kit_mail_waiting",
)

forwards = sql_step("kit", ID, STATEMENTS, UNDO)
