"""Transaction numbers, and indexes for one's own places and for the counts of a place."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-29T00:08:00:000001"
DESCRIPTION = "transaction numbers; indexes"

STATEMENTS = (
    # Which transaction wrote a row: statistics read a log up to what is settled.
    """
    ALTER TABLE relations_registration_event
        ADD COLUMN tx xid8 NOT NULL DEFAULT pg_current_xact_id()
    """,
    "CREATE INDEX relations_registration_event_tx ON relations_registration_event (tx)",
    """
    ALTER TABLE relations_activity
        ADD COLUMN tx xid8 NOT NULL DEFAULT pg_current_xact_id()
    """,
    "CREATE INDEX relations_activity_tx ON relations_activity (tx)",
    """
    CREATE INDEX relations_consent_latest
        ON relations_consent (registration_id, purpose, recorded_at DESC, id DESC)
    """,
    """
    CREATE INDEX relations_registration_event_latest
        ON relations_registration_event (registration_id, happened_at DESC, id DESC)
    """,
    """
    CREATE INDEX relations_registration_event_happened_at
        ON relations_registration_event (happened_at)
    """,
    """
    CREATE INDEX relations_registration_prefecture
        ON relations_registration (prefecture_code, municipality_code)
    """,
)
UNDO = (
    "DROP INDEX relations_registration_prefecture",
    "DROP INDEX relations_registration_event_happened_at",
    "DROP INDEX relations_registration_event_latest",
    "DROP INDEX relations_consent_latest",
    "ALTER TABLE relations_activity DROP COLUMN tx",
    "ALTER TABLE relations_registration_event DROP COLUMN tx",
)

forwards = sql_step("relations", ID, STATEMENTS, UNDO)
