"""Two roles of the database: one owns the tables, the other is what web processes and workers use.

The application's role may not change append-only tables (audit trail, log of votes, releases,
consents). Triggers refuse this to everyone; but who owns a table can drop its triggers.
"""

import base64
import hashlib
import hmac
import secrets
from urllib.parse import unquote, urlsplit

import asyncpg
import click

from enishi.kit import db
from enishi.wiring import APPEND_ONLY

_GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    # MAINTAIN: ANALYZE after a large load.
    "GRANT SELECT, INSERT, UPDATE, DELETE, MAINTAIN ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "REVOKE UPDATE, DELETE, TRUNCATE ON {append_only} FROM {role}",
    "REVOKE INSERT, UPDATE, DELETE ON migration FROM {role}",
)
# UPDATE 16, DELETE 8, TRUNCATE 32 (pg_trigger.tgtype).
_CHANGEABLE = """
SELECT c.relname AS name
FROM unnest($1::text[]) AS t (name) JOIN pg_class c ON c.oid = t.name::regclass
WHERE has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE')
    OR has_any_column_privilege(c.oid, 'UPDATE')
    OR pg_has_role(c.relowner, 'MEMBER')
    OR NOT EXISTS (
        SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND g.tgenabled IN ('O', 'A')
        HAVING bit_or(g.tgtype::int) & 56 = 56)
ORDER BY c.relname
"""
_ITERATIONS = 4096  # as PostgreSQL's scram_iterations


async def grant(application_dsn: str) -> None:
    """Create the application's role if needed and give it its privileges, in the caller's work.

    Does nothing if the application uses the role that is connected. Raises ClickException if the
    role does not exist and cannot be created.
    """
    parts = urlsplit(application_dsn)
    name = unquote(parts.username or "")
    if name in {"", await db.fetch_value("SELECT current_user")}:
        return
    role = await db.fetch_value("SELECT quote_ident($1)", name)
    if not await db.fetch("SELECT FROM pg_roles WHERE rolname = $1", name):
        await _create(name, role, unquote(parts.password or ""))
    for statement in _GRANTS:
        await db.execute(statement.format(role=role, append_only=", ".join(APPEND_ONLY)))


async def _create(name: str, role: str, password: str) -> None:
    try:
        async with db.unit_of_work():
            await db.execute(
                f"CREATE ROLE {role} LOGIN"
                + (f" PASSWORD '{scram_verifier(password)}'" if password else "")
            )
    except (asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
        return  # by another run at the same time, for another database of the server
    except asyncpg.InsufficientPrivilegeError as error:
        raise click.ClickException(
            f"The role {name} of ENISHI_DATABASE_URL does not exist, and the owner's role may not"
            " create it: create it (“Two roles” in docs/operations.md), then run this again."
        ) from error


async def changeable_tables() -> list[str]:
    """The append-only tables that the connected role could change, or that lack their triggers."""
    return [row["name"] for row in await db.fetch(_CHANGEABLE, list(APPEND_ONLY))]


def scram_verifier(password: str) -> str:
    """What PostgreSQL stores of a password (RFC 5803), so that no statement or log contains it.

    Raises ClickException for characters that need normalisation (RFC 4013).
    """
    if not password.isascii():
        raise click.ClickException("The password in ENISHI_DATABASE_URL must be ASCII.")
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    encoded = [base64.b64encode(each).decode() for each in (salt, stored, server)]
    return f"SCRAM-SHA-256${_ITERATIONS}:{encoded[0]}${encoded[1]}:{encoded[2]}"
