"""Certificates of registrations, and the list of their statuses."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T16:51:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "certificates"

STATEMENTS = (
    """
    CREATE TABLE relations_certificate (
        id uuid PRIMARY KEY,
        number varchar(19) NOT NULL UNIQUE,
        registration_id uuid NOT NULL REFERENCES relations_registration (id),
        tier varchar(10) NOT NULL,
        position integer NOT NULL UNIQUE,
        secret bytea NOT NULL,
        token text NOT NULL,
        issued_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz,
        CONSTRAINT relations_certificate_position_in_list
            CHECK (position >= 0 AND position < 1048576),
        CONSTRAINT relations_certificate_secret_bytes CHECK (octet_length(secret) = 16),
        CONSTRAINT relations_certificate_token_while_in_force
            CHECK ((token = '') = (revoked_at IS NOT NULL))
    )
    """,
    """
    CREATE UNIQUE INDEX relations_certificate_one_in_force
        ON relations_certificate (registration_id) WHERE revoked_at IS NULL
    """,
    """
    CREATE INDEX relations_certificate_registration
        ON relations_certificate (registration_id, expires_at)
    """,
    "CREATE INDEX relations_certificate_expires_at ON relations_certificate (expires_at)",
    """
    CREATE TABLE relations_status_list (
        id smallint PRIMARY KEY,
        token text NOT NULL,
        issued_at timestamptz NOT NULL,
        CONSTRAINT relations_status_list_one CHECK (id = 1)
    )
    """,
)
UNDO = (
    "DROP TABLE relations_status_list",
    "DROP TABLE relations_certificate",
)

forwards = sql_step("relations", ID, STATEMENTS, UNDO)
