"""The registry of public keys, which forgets none."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T16:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "public keys"

STATEMENTS = (
    """
    CREATE TABLE kit_signing_key (
        id varchar(16) PRIMARY KEY,
        public_key bytea NOT NULL,
        registered_at timestamptz NOT NULL,
        CONSTRAINT kit_signing_key_bytes CHECK (octet_length(public_key) = 32)
    )
    """,
    """
    CREATE FUNCTION kit_keep_signing_keys() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'public keys are added, never changed or removed'
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER kit_signing_key_is_kept BEFORE UPDATE OR DELETE ON kit_signing_key
        FOR EACH ROW EXECUTE FUNCTION kit_keep_signing_keys()
    """,
    """
    CREATE TRIGGER kit_signing_key_no_truncate BEFORE TRUNCATE ON kit_signing_key
        FOR EACH STATEMENT EXECUTE FUNCTION kit_keep_signing_keys()
    """,
)
UNDO = (
    "DROP TABLE kit_signing_key",
    "DROP FUNCTION kit_keep_signing_keys()",
)

forwards = sql_step("kit", ID, STATEMENTS, UNDO)
