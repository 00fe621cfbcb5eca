"""The lines of the chapter on backups in docs/operations.md, run, and what they bring back."""

import hashlib
import os
import re
import shutil
from pathlib import Path

import asyncpg
import pytest
from tests.servers.backups import (
    assert_refused,
    enishi,
    line_of,
    made,
    manifest,
    new_database,
    verify_by_hand,
)

from enishi.servers.binaries import find_clients, find_postgres, version_of
from enishi.servers.errors import ServerError
from enishi.settings import get_settings

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
_DIGEST = "SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{}\" t"
_PARTS = """
SELECT (SELECT count(*) FROM pg_constraint),
    (SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'),
    (SELECT count(*) FROM pg_trigger),
    (SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public')
"""


async def contents(url: str) -> tuple[dict[str, str], tuple[int, ...]]:
    """A digest of the rows of each table but the audit trail; the numbers of parts."""
    connection = await asyncpg.connect(url)
    try:
        names = {row["tablename"] for row in await connection.fetch(_TABLES)} - {"audit_entry"}
        tables = {name: await connection.fetchval(_DIGEST.format(name)) for name in names}
        return tables, tuple(await connection.fetchrow(_PARTS))
    finally:
        await connection.close()


async def actions(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "SELECT action FROM audit_entry WHERE action LIKE 'operations.backup.%'"
            " ORDER BY recorded_at"
        )
        return [row["action"] for row in rows]
    finally:
        await connection.close()


def bytes_of_files(folder: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in (folder / "data" / "files").glob("*/*"))


async def test_the_lines_of_the_manual_bring_everything_back(site: Path) -> None:
    url = get_settings().database_owner_dsn
    before, kept = await contents(url), bytes_of_files(site)
    answer = enishi(line_of("backup"), site, url)
    assert answer.returncode == 0, answer.stderr
    assert "2 files" in answer.stdout
    assert "Keep ENISHI_KEYS elsewhere: dev." in answer.stdout
    assert await actions(url) == ["operations.backup.made"]
    backup = made(site)
    verify_by_hand(backup)
    assert backup.stat().st_mode & 0o077 == 0
    assert manifest(backup)["files_missing"] == manifest(backup)["files_damaged"] == []

    shutil.rmtree(site / "data")
    other = await new_database("restored")
    answer = enishi(line_of("restore"), site, other)
    assert answer.returncode == 0, answer.stderr
    assert await contents(other) == before
    assert bytes_of_files(site) == kept
    assert await actions(other) == ["operations.backup.restored"]

    # What is there is replaced only by one who says so.
    assert_refused(enishi(line_of("restore"), site, other), "--replace replaces")
    shutil.rmtree(site / "data")
    assert_refused(enishi(line_of("restore"), site, other), "not empty: --replace")
    await execute(other, "DELETE FROM consultations_vote", "CREATE TABLE kit_of_tomorrow (id int)")
    assert enishi([*line_of("restore"), "--replace"], site, other).returncode == 0
    assert await contents(other) == before


async def execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_an_embedded_database_is_restored_and_backed_up_without_a_site(site: Path) -> None:
    """Also one without files: there is nothing to copy, and nothing fails."""
    await execute(get_settings().database_owner_dsn, "DELETE FROM kit_file")
    assert enishi(line_of("backup"), site, get_settings().database_owner_dsn).returncode == 0
    first = manifest(made(site))
    assert first["files"] == 0
    shutil.rmtree(site / "data")
    answer = enishi(line_of("restore"), site)
    assert answer.returncode == 0, answer.stderr
    made(site).rename(site / "first")
    answer = enishi(line_of("backup"), site)
    assert answer.returncode == 0, answer.stderr
    again = manifest(made(site))["rows"]
    assert again.pop("audit_entry") == first["rows"].pop("audit_entry") + 1
    assert again == first["rows"]


async def test_what_was_changed_or_is_of_tomorrow_is_not_restored(site: Path) -> None:
    url = get_settings().database_owner_dsn
    assert enishi(line_of("backup"), site, url).returncode == 0
    backup, other = made(site), await new_database("restored")
    restore = line_of("restore")
    with (backup / "database.dump").open("r+b") as dump:
        dump.seek(-1, os.SEEK_END)
        dump.write(b"!")
    assert_refused(enishi(restore, site, other), "database.dump was changed or damaged")
    (backup / "database.dump").rename(site / "elsewhere")
    assert_refused(enishi(restore, site, other), "database.dump is missing")
    (backup / "SHA256SUMS").unlink()
    assert_refused(enishi(restore, site, other), "is no backup")
    assert_refused(enishi(line_of("backup"), site, url), "exists already")
    assert (await contents(other))[0] == {}


async def test_a_dump_that_ends_early_changes_nothing(site: Path) -> None:
    """The program psql takes the end of its input for that of a script, and would commit."""
    url, other = get_settings().database_owner_dsn, await new_database("restored")
    await execute(other, "CREATE TABLE kept AS SELECT 1 AS id")
    assert enishi(line_of("backup"), site, url).returncode == 0
    backup = made(site)
    dump = backup / "database.dump"
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size * 3 // 4])
    sums = backup / "SHA256SUMS"
    digest = hashlib.sha256(dump.read_bytes()).hexdigest()
    sums.write_text(re.sub(r"\w+(?=  database.dump)", digest, sums.read_text()))
    shutil.rmtree(site / "data")
    answer = enishi([*line_of("restore"), "--replace"], site, other)
    assert_refused(answer, "pg_restore failed|Nothing was restored")
    assert list((await contents(other))[0]) == ["kept"]
    assert not (site / "data" / "files").exists()


async def test_files_that_are_gone_or_damaged_are_named(site: Path) -> None:
    gone, damaged = sorted((site / "data" / "files").glob("*/*"))
    gone.unlink()
    damaged.write_bytes(b"other")
    answer = enishi(line_of("backup"), site, get_settings().database_owner_dsn)
    assert answer.returncode == 0
    assert "1 files are missing" in answer.stderr
    assert "1 files are not what was stored" in answer.stderr
    assert len(manifest(made(site))["files_missing"]) == 1


async def test_a_restore_waits_for_nobody_who_is_connected(site: Path) -> None:
    other = await new_database("restored")
    assert enishi(line_of("backup"), site, get_settings().database_owner_dsn).returncode == 0
    shutil.rmtree(site / "data")
    connection = await asyncpg.connect(other)
    try:
        assert_refused(
            enishi(line_of("restore"), site, other), "1 other connections .* stop the site"
        )
    finally:
        await connection.close()


async def test_keys_that_a_restored_site_lacks_are_named(site: Path) -> None:
    """The backup names its keys and never contains them."""
    key = f"of2026:{'A' * 43}"
    url = get_settings().database_owner_dsn
    assert enishi(line_of("backup"), site, url, ENISHI_KEYS=key).returncode == 0
    assert all(b"A" * 43 not in path.read_bytes() for path in made(site).glob("*.json"))
    shutil.rmtree(site / "data")
    answer = enishi(line_of("restore"), site, await new_database("restored"))
    assert answer.returncode == 0
    assert "made with the key of2026, which ENISHI_KEYS lacks" in answer.stderr


def test_programs_fit_the_server() -> None:
    """A pg_dump of the system may be older than the server, which it refuses."""
    own = find_postgres()
    assert find_clients(version_of(own / "postgres") or 0) == own
    with pytest.raises(ServerError, match="PostgreSQL 99, and no pg_dump of that version"):
        find_clients(99)
