"""Foreign keys to accounts, indexes, and the owner that an organisation keeps."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-29T00:11:00:000001"
DESCRIPTION = "foreign keys, indexes, the last owner"

STATEMENTS = (
    # Piccolo cannot name a table of another domain.
    """
    ALTER TABLE organisations_membership ADD CONSTRAINT organisations_membership_account
        FOREIGN KEY (account_id) REFERENCES accounts_account (id) ON DELETE CASCADE
    """,
    """
    ALTER TABLE organisations_invitation ADD CONSTRAINT organisations_invitation_invited_by
        FOREIGN KEY (invited_by) REFERENCES accounts_account (id) ON DELETE SET NULL
    """,
    """
    ALTER TABLE organisations_invitation ADD CONSTRAINT organisations_invitation_accepted_by
        FOREIGN KEY (accepted_by) REFERENCES accounts_account (id) ON DELETE SET NULL
    """,
    """
    CREATE INDEX organisations_membership_of_account ON organisations_membership (account_id)
    """,
    """
    CREATE INDEX organisations_invitation_by_inviter ON organisations_invitation (invited_by)
    """,
    """
    CREATE INDEX organisations_invitation_by_taker ON organisations_invitation (accepted_by)
    """,
    """
    CREATE UNIQUE INDEX organisations_invitation_one_open
        ON organisations_invitation (organisation_id, address)
        WHERE accepted_at IS NULL AND revoked_at IS NULL
    """,
    # The row lock on the organisation serialises two owners who leave at once: the second one
    # sees that the first has gone.
    """
    CREATE FUNCTION organisations_keep_an_owner() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.role <> 'owner' OR (TG_OP = 'UPDATE' AND NEW.role = 'owner') THEN
            RETURN NULL;
        END IF;
        PERFORM 1 FROM organisations_organisation WHERE id = OLD.organisation_id FOR NO KEY UPDATE;
        IF FOUND AND NOT EXISTS (
            SELECT 1 FROM organisations_membership
            WHERE organisation_id = OLD.organisation_id AND role = 'owner'
        ) THEN
            RAISE EXCEPTION 'an organisation keeps an owner' USING
                ERRCODE = 'check_violation', CONSTRAINT = 'organisations_membership_keeps_an_owner';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER organisations_membership_keeps_an_owner
        AFTER UPDATE OR DELETE ON organisations_membership
        FOR EACH ROW EXECUTE FUNCTION organisations_keep_an_owner()
    """,
)
UNDO = (
    "DROP TRIGGER organisations_membership_keeps_an_owner ON organisations_membership",
    "DROP FUNCTION organisations_keep_an_owner()",
    "DROP INDEX organisations_invitation_one_open",
    "DROP INDEX organisations_invitation_by_taker",
    "DROP INDEX organisations_invitation_by_inviter",
    "DROP INDEX organisations_membership_of_account",
    "ALTER TABLE organisations_invitation DROP CONSTRAINT organisations_invitation_accepted_by",
    "ALTER TABLE organisations_invitation DROP CONSTRAINT organisations_invitation_invited_by",
    "ALTER TABLE organisations_membership DROP CONSTRAINT organisations_membership_account",
)

forwards = sql_step("organisations", ID, STATEMENTS, UNDO)
