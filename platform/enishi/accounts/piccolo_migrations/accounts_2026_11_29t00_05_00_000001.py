"""Indexes, and the append-only ledger of consents."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-29T00:05:00:000001"
DESCRIPTION = "indexes, the append-only ledger"

STATEMENTS = (
    "CREATE INDEX accounts_session_account ON accounts_session (account_id)",
    "CREATE INDEX accounts_consent_account ON accounts_consent (account_id, purpose, recorded_at)",
    "CREATE INDEX accounts_guardian_request_account ON accounts_guardian_request (account_id)",
    """
    CREATE INDEX accounts_challenge_account ON accounts_challenge (account_id)
        WHERE account_id IS NOT NULL
    """,
    """
    CREATE INDEX accounts_account_to_erase ON accounts_account (closed_at)
        WHERE closed_at IS NOT NULL AND erased_at IS NULL
    """,
    """
    CREATE FUNCTION accounts_keep_the_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the ledger of consents is appended to, never changed'
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER accounts_consent_append_only BEFORE UPDATE OR DELETE ON accounts_consent
        FOR EACH ROW EXECUTE FUNCTION accounts_keep_the_ledger()
    """,
)
UNDO = (
    "DROP TRIGGER accounts_consent_append_only ON accounts_consent",
    "DROP FUNCTION accounts_keep_the_ledger()",
    "DROP INDEX accounts_session_account",
    "DROP INDEX accounts_consent_account",
    "DROP INDEX accounts_guardian_request_account",
    "DROP INDEX accounts_challenge_account",
    "DROP INDEX accounts_account_to_erase",
)

forwards = sql_step("accounts", ID, STATEMENTS, UNDO)
