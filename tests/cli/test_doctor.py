"""What `enishi doctor` finds in a database that is full, only reads, or has no backup."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.servers.harness import clean_environment

from enishi.kit import clock, figures_key, ids
from enishi.kit.figures_key import FiguresKey
from enishi.servers.folders import started_at
from enishi.settings import get_settings

ROOT = Path(__file__).parents[2]
_RELEASE = """
INSERT INTO statistics_cube_release (id, cube, period, label, until, begins, method, key_id, sigma,
    small, rows, gate, has_samples, made_at)
VALUES ($1, 'tie.nation', 0, '2026-11-01', '2026-11-01', '2026-11-01', 'root-1', $2, 5, 20, '[]',
    '{"cells": 0, "lps": 0, "least_width": 0}', false, now())
"""
KEY = f"of2026:{'A' * 43}"


def examine(url: str, folder: Path, *options: str, **more: str) -> dict[str, dict[str, Any]]:
    answer = subprocess.run(
        [sys.executable, "-m", "enishi.cli", "doctor", "--json", *options],
        cwd=ROOT,
        env=clean_environment(ENISHI_DATA_DIR=str(folder), ENISHI_DATABASE_URL=url, **more),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.stdout, answer.stderr
    return {finding["name"]: finding for finding in json.loads(answer.stdout)}


async def execute(*statements: str, arguments: tuple[object, ...] = ()) -> None:
    connection = await asyncpg.connect(get_settings().database_owner_dsn)
    try:
        for statement in statements:
            await connection.execute(statement, *arguments)
    finally:
        await connection.close()


async def test_a_server_whose_connections_are_all_taken_runs(
    own_database: None, tmp_path: Path
) -> None:
    role = "enishi_test_without_connections"
    await execute(f"DROP ROLE IF EXISTS {role}", f"CREATE ROLE {role} LOGIN CONNECTION LIMIT 0")
    try:
        url = get_settings().database_dsn.replace("//enishi_app@", f"//{role}@")
        found = examine(url, tmp_path)["postgresql"]
    finally:
        await execute(f"DROP ROLE {role}")
    assert not found["ok"]
    assert "too many connections" in found["found"]
    assert "ENISHI_DATABASE_POOL_SIZE" in found["advice"]
    assert "enishi up" not in found["advice"]


async def test_a_database_that_only_reads_is_not_well(own_database: None, tmp_path: Path) -> None:
    url = get_settings().database_dsn
    name = url.partition("?")[0].rpartition("/")[2]
    await execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    found = examine(url, tmp_path)["postgresql"]
    assert not found["ok"]
    assert "only reads" in found["found"]
    assert "When the disk is full" in found["advice"]


async def test_a_database_that_does_not_exist_is_named(tmp_path: Path) -> None:
    url = get_settings().database_dsn
    name = url.partition("?")[0].rpartition("/")[2]
    found = examine(url.replace(f"/{name}?", "/nowhere?"), tmp_path)["postgresql"]
    assert "has no such database" in found["advice"]


@pytest.mark.parametrize(
    ("days", "is_well", "text"),
    [
        (None, False, "no backup was made"),
        (1, True, "24 hours old"),
        (3, False, "3 days old"),
    ],
)
async def test_the_age_of_the_last_backup_is_told(
    own_database: None, tmp_path: Path, days: int | None, text: str, *, is_well: bool
) -> None:
    if days is not None:
        await execute(
            "INSERT INTO audit_entry (id, action, subject_kind, subject_id, data, request_id,"
            " recorded_at) VALUES ($1, 'operations.backup.made', 'backup', 'x', '{}', '', $2)",
            arguments=(ids.new_id(), clock.now() - timedelta(days=days)),
        )
    found = examine(
        get_settings().database_dsn,
        tmp_path,
        ENISHI_ENVIRONMENT="production",
        ENISHI_KEYS=KEY,
        ENISHI_MAIL_URL="smtps://a:b@mail.example:465",
    )["backup"]
    assert (found["ok"], text in found["found"]) == (is_well, True), found
    assert ("enishi backup" in found["advice"]) is not is_well


async def test_a_finding_can_be_left_out(own_database: None, tmp_path: Path) -> None:
    """As a health check does with what is no fault of its process."""
    found = examine(get_settings().database_dsn, tmp_path, "--skip", "backup", "--skip", "worker")
    assert "migrations" in found
    assert not {"backup", "worker"} & found.keys()


def test_a_start_is_known_by_its_lock(tmp_path: Path) -> None:
    assert started_at(tmp_path) is None
    (tmp_path / "lock").write_text(str(os.getpid()))
    assert started_at(tmp_path) == (tmp_path / "lock").stat().st_mtime
    gone = subprocess.Popen(["true"])
    gone.wait()
    (tmp_path / "lock").write_text(str(gone.pid))
    assert started_at(tmp_path) is None


async def test_the_key_of_figures_is_told_and_must_be_private(
    own_database: None, tmp_path: Path
) -> None:
    def finding() -> dict[str, Any]:
        return examine(get_settings().database_dsn, tmp_path)["figures-key"]

    assert (finding()["ok"], finding()["found"][:8]) == (True, "none yet")
    key, file = FiguresKey(b"k" * 32), tmp_path / "figures.key"
    figures_key.store(key, file)
    assert finding()["ok"]
    assert finding()["found"].startswith(key.id)
    file.chmod(0o640)
    assert not finding()["ok"]
    assert finding()["advice"] == f"chmod 600 {file}"
    file.write_text("not a key")
    assert not finding()["ok"]
    assert "beside a backup" in finding()["advice"]


async def test_a_key_that_figures_were_not_made_with_is_wrong(
    own_database: None, tmp_path: Path
) -> None:
    def finding() -> dict[str, Any]:
        return examine(get_settings().database_dsn, tmp_path)["figures-key"]

    key, other = FiguresKey(b"k" * 32), FiguresKey(b"o" * 32)
    await execute(_RELEASE, arguments=(ids.new_id(), key.id))
    assert not finding()["ok"]
    assert "is missing" in finding()["found"]
    assert not (tmp_path / "figures.key").exists()  # to examine makes no key
    figures_key.store(other, tmp_path / "figures.key")
    assert not finding()["ok"]
    assert f"is the key {other.id}" in finding()["found"]
    assert "beside a backup" in finding()["advice"]
    figures_key.replace(key, tmp_path / "figures.key")
    assert finding()["ok"]
