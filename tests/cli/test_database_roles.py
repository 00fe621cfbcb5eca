"""Append-only tables are changed by nobody: not by the application's role, and not by mistake."""

import base64
import os
import re
from collections.abc import AsyncIterator

import asyncpg
import click
import pytest

from enishi.cli import database_roles
from enishi.kit import clock, db, ids
from enishi.settings import get_settings
from enishi.wiring import APPEND_ONLY

_PASSWORD = "correct horse battery staple"
_GUARDED = """
SELECT DISTINCT tgrelid::regclass::text AS name FROM pg_trigger
WHERE tgname LIKE '%\\_append\\_only' OR tgname LIKE 'statistics%\\_release\\_is\\_final'
    OR tgname = 'kit_signing_key_is_kept'
"""
CHANGES = ("UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {}")
_SET = {
    "consultations_vote_event": "value = value",  # its id is generated
    "consultations_answer_published": "content_hash = content_hash",
}


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", CHANGES)
async def test_the_role_of_the_application_may_not_change_them(table: str, change: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.unit_of_work():
            await db.execute(change.format(table, _SET.get(table, "id = id")))


async def test_nor_may_it_drop_the_triggers_or_change_migrations() -> None:
    for statement in (
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_entry_append_only ON audit_entry",
        "SET session_replication_role = replica",
        "DELETE FROM migration",
        "CREATE TABLE public.mine (id int)",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.unit_of_work():
                await db.execute(statement)


@pytest.mark.as_owner
@pytest.mark.parametrize("change", CHANGES)
async def test_their_owner_is_refused_too(change: str) -> None:
    await db.execute(
        "INSERT INTO audit_entry (id, action, recorded_at) VALUES ($1, 'a.b.c', $2)",
        *(ids.new_id(), clock.now()),
    )
    await db.execute(
        "INSERT INTO consultations_vote_event (participant_id, statement_id, value, cast_at)"
        " VALUES ($1, $1, 1, $2)",
        *(ids.new_id(), clock.now()),
    )
    for table in ("audit_entry", "consultations_vote_event"):
        with pytest.raises(asyncpg.RestrictViolationError, match="appended to, never changed"):
            async with db.unit_of_work():
                await db.execute(change.format(table, _SET.get(table, "id = id")))
    for table in APPEND_ONLY:
        with pytest.raises((asyncpg.RestrictViolationError, asyncpg.RaiseError)):
            async with db.unit_of_work():
                await db.execute(f"TRUNCATE {table} CASCADE")


async def test_they_are_the_tables_with_a_trigger() -> None:
    assert {row["name"] for row in await db.fetch(_GUARDED)} == set(APPEND_ONLY)


async def test_nothing_could_be_changed_as_it_is() -> None:
    assert await database_roles.changeable_tables() == []


@pytest.mark.as_owner
async def test_one_role_for_everything_is_noticed() -> None:
    assert await database_roles.changeable_tables() == sorted(APPEND_ONLY)


@pytest.mark.as_owner
@pytest.mark.parametrize(
    "mistake",
    [
        "GRANT DELETE ON audit_entry TO enishi_app",
        "GRANT TRUNCATE ON audit_entry TO PUBLIC",
        "GRANT UPDATE (action) ON audit_entry TO enishi_app",
        "ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_truncate",
        "ALTER TABLE audit_entry OWNER TO enishi_app",
    ],
)
async def test_each_mistake_is_noticed(mistake: str) -> None:
    await db.execute(mistake)
    await db.execute("SET LOCAL ROLE enishi_app")
    assert await database_roles.changeable_tables() == ["audit_entry"]


@pytest.fixture
async def role() -> AsyncIterator[str]:
    """A name of a role, which is dropped at the end if it was made."""
    name = "enishi test “role”"
    yield name
    connection = await asyncpg.connect(os.environ["ENISHI_TEST_SERVER"])
    await connection.execute(f'DROP ROLE IF EXISTS "{name}"')
    await connection.close()


@pytest.mark.as_owner
async def test_a_role_that_is_missing_is_created_and_may_work(role: str) -> None:
    dsn = get_settings().database_dsn.replace("//enishi_app@", "//enishi%20test%20“role”:abc@")
    await database_roles.grant(dsn)
    await database_roles.grant(dsn)  # each run of `enishi migrate` does
    await db.execute(f'SET LOCAL ROLE "{role}"')
    assert await database_roles.changeable_tables() == []
    await db.execute("UPDATE accounts_account SET id = id")


@pytest.mark.as_owner
async def test_an_owner_that_may_create_no_role_says_so() -> None:
    await db.execute("SET LOCAL ROLE enishi_app")
    dsn = get_settings().database_dsn.replace("//enishi_app@", "//nobody@")
    with pytest.raises(click.ClickException, match=r"The role nobody .* does not exist"):
        await database_roles.grant(dsn)


@pytest.mark.as_owner
async def test_the_verifier_of_a_password_is_the_one_that_postgresql_makes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await db.execute(f"CREATE ROLE enishi_test_verifier PASSWORD '{_PASSWORD}'")
    theirs = await db.fetch_value(
        "SELECT rolpassword FROM pg_authid WHERE rolname = 'enishi_test_verifier'"
    )
    [salt] = re.findall(r":(.+?)\$", theirs)
    monkeypatch.setattr(database_roles.secrets, "token_bytes", lambda _: base64.b64decode(salt))
    assert database_roles.scram_verifier(_PASSWORD) == theirs
    with pytest.raises(click.ClickException, match="ASCII"):
        database_roles.scram_verifier("縁")
