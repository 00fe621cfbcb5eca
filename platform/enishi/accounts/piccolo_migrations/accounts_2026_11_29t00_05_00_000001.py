"""Indexes, the append-only ledger of consents, and the owner that an organisation keeps."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-29T00:05:00:000001"
DESCRIPTION = "indexes, the append-only ledger, the last owner"

STATEMENTS = (
    "CREATE INDEX accounts_session_account ON accounts_session (account_id)",
    "CREATE INDEX accounts_membership_account ON accounts_membership (account_id)",
    "CREATE INDEX accounts_consent_account ON accounts_consent (account_id, purpose, recorded_at)",
    "CREATE INDEX accounts_guardian_request_account ON accounts_guardian_request (account_id)",
    """
    CREATE INDEX accounts_challenge_account ON accounts_challenge (account_id)
        WHERE account_id IS NOT NULL
    """,
    "CREATE INDEX accounts_invitation_invited_by ON accounts_invitation (invited_by)",
    "CREATE INDEX accounts_invitation_accepted_by ON accounts_invitation (accepted_by)",
    """
    CREATE UNIQUE INDEX accounts_invitation_one_open
        ON accounts_invitation (organisation_id, address)
        WHERE accepted_at IS NULL AND revoked_at IS NULL
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
    # The row lock on the organisation serialises two owners who leave at once: the second one
    # sees that the first has gone.
    """
    CREATE FUNCTION accounts_keep_an_owner() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.role <> 'owner' OR (TG_OP = 'UPDATE' AND NEW.role = 'owner') THEN
            RETURN NULL;
        END IF;
        PERFORM 1 FROM accounts_organisation WHERE id = OLD.organisation_id FOR NO KEY UPDATE;
        IF FOUND AND NOT EXISTS (
            SELECT 1 FROM accounts_membership
            WHERE organisation_id = OLD.organisation_id AND role = 'owner'
        ) THEN
            RAISE EXCEPTION 'an organisation keeps an owner' USING
                ERRCODE = 'check_violation', CONSTRAINT = 'accounts_membership_keeps_an_owner';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER accounts_membership_keeps_an_owner
        AFTER UPDATE OR DELETE ON accounts_membership
        FOR EACH ROW EXECUTE FUNCTION accounts_keep_an_owner()
    """,
)
UNDO = (
    "DROP TRIGGER accounts_membership_keeps_an_owner ON accounts_membership",
    "DROP FUNCTION accounts_keep_an_owner()",
    "DROP TRIGGER accounts_consent_append_only ON accounts_consent",
    "DROP FUNCTION accounts_keep_the_ledger()",
    "DROP INDEX accounts_session_account",
    "DROP INDEX accounts_membership_account",
    "DROP INDEX accounts_consent_account",
    "DROP INDEX accounts_guardian_request_account",
    "DROP INDEX accounts_challenge_account",
    "DROP INDEX accounts_invitation_invited_by",
    "DROP INDEX accounts_invitation_accepted_by",
    "DROP INDEX accounts_invitation_one_open",
    "DROP INDEX accounts_account_to_erase",
)

forwards = sql_step("accounts", ID, STATEMENTS, UNDO)
