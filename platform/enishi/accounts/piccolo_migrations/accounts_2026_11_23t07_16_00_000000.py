from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from enishi.kit.db import DB

ID = "2026-11-23T07:16:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes, the append-only ledger, the last owner"

INDEXES = (
    "CREATE INDEX accounts_session_account ON accounts_session (account_id)",
    "CREATE INDEX accounts_membership_account ON accounts_membership (account_id)",
    "CREATE INDEX accounts_consent_account ON accounts_consent (account_id, purpose, recorded_at)",
    "CREATE INDEX accounts_guardian_request_account ON accounts_guardian_request (account_id)",
    "CREATE INDEX accounts_challenge_account ON accounts_challenge (account_id)"
    " WHERE account_id IS NOT NULL",
    "CREATE INDEX accounts_invitation_invited_by ON accounts_invitation (invited_by)",
    "CREATE INDEX accounts_invitation_accepted_by ON accounts_invitation (accepted_by)",
    "CREATE UNIQUE INDEX accounts_invitation_one_open"
    " ON accounts_invitation (organisation_id, address)"
    " WHERE accepted_at IS NULL AND revoked_at IS NULL",
    "CREATE INDEX accounts_account_to_erase ON accounts_account (closed_at)"
    " WHERE closed_at IS NOT NULL AND erased_at IS NULL",
)
TRIGGERS = (
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
    # The lock makes two owners who leave at once take turns; the second one sees the first gone.
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
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="accounts", description=DESCRIPTION)

    async def run():
        for statement in (*INDEXES, *TRIGGERS):
            await DB.run_ddl(statement)

    async def run_backwards():
        for statement in UNDO:
            await DB.run_ddl(statement)
        for statement in INDEXES:
            await DB.run_ddl(f"DROP INDEX {statement.split(' INDEX ')[1].split()[0]}")

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
