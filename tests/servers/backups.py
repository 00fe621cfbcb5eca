"""A site with content, and the lines of the manual that back it up and restore it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.servers.harness import clean_environment

from enishi.kit import db, files
from enishi.settings import get_settings

ROOT = Path(__file__).parents[2]
CHAPTER = (
    (ROOT / "docs/operations.md").read_text().partition("\n## Backups\n")[2].partition("\n## ")[0]
)


def line_of(command: str) -> list[str]:
    """The line of the manual that runs the command."""
    [line] = re.findall(rf"^    (enishi {command} .+)$", CHAPTER, re.MULTILINE)
    return str(line).split()


def enishi(
    arguments: list[str], folder: Path, url: str = "", **more: str
) -> subprocess.CompletedProcess[str]:
    """Run a line of the manual, with its /srv/backup in `folder` and data of its own there.

    url: the database as its owner connects to it; empty for the embedded one.
    """
    [program, *rest] = arguments
    assert program == "enishi"
    return subprocess.run(
        [sys.executable, "-m", "enishi.cli"]
        + [each.replace("/srv/backup", str(folder / "backup")) for each in rest],
        cwd=ROOT,
        env=clean_environment(
            ENISHI_DATA_DIR=str(folder / "data"),
            ENISHI_DATABASE_URL=url.replace("//enishi@", "//enishi_app@"),
            ENISHI_DATABASE_OWNER_URL=url,
            **more,
        ),
        capture_output=True,
        text=True,
        check=False,
    )


def assert_refused(answer: subprocess.CompletedProcess[str], sentence: str) -> None:
    assert answer.returncode == 1, (answer.stdout, answer.stderr)
    assert re.search(sentence, answer.stderr), answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1


def verify_by_hand(backup: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=backup, check=True)


def made(folder: Path) -> Path:
    [backup] = (folder / "backup").iterdir()
    return backup


def manifest(backup: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((backup / "manifest.json").read_text())
    return read


async def new_database(suffix: str) -> str:
    """The URL of an empty database beside that of the tests."""
    url = get_settings().database_owner_dsn
    name = url.partition("?")[0].rpartition("/")[2]
    connection = await asyncpg.connect(os.environ["ENISHI_TEST_SERVER"])
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}_{suffix}"')
        await connection.execute(f'CREATE DATABASE "{name}_{suffix}" TEMPLATE template0')
    finally:
        await connection.close()
    return url.replace(f"/{name}?", f"/{name}_{suffix}?")


async def store(folder: Path, content: bytes) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield content

    purpose = files.Purpose("test.letter", frozenset({"application/pdf"}), 1000, _nobody)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "_root", lambda: folder / "data" / "files")
        async with db.unit_of_work():
            await files.store(purpose, 1, "a.pdf", chunks())


async def _nobody(_file: object, _actor: object) -> bool:
    return False
