"""A command on a database that is away, or that holds nothing yet: one sentence, no traceback."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from enishi.cli import main
from enishi.kit import db

Enishi = Callable[[str], Awaitable[Result]]
AWAY = "postgresql://enishi@127.0.0.1:1/enishi"
COMMANDS = (
    *("demo load --people 100", "statistics recount", "releases audit --all", "organisation list"),
)


@pytest.fixture
async def enishi(own_database: None) -> AsyncIterator[Enishi]:
    """Run a command as its own process would: with connections of its own."""
    await db.close_pool()

    async def run(words: str) -> Any:
        return await asyncio.to_thread(CliRunner().invoke, main, words.split())

    yield run
    await db.open_pool()


def _point_at(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setitem(db.DB.config, "dsn", dsn)
    monkeypatch.setattr(db, "connect_as_owner", lambda: None)  # to that database, too


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_database_that_is_away_is_one_sentence(
    enishi: Enishi, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _point_at(AWAY, monkeypatch)
    refused = await enishi(command)
    assert (refused.exit_code, refused.output.count("\n")) == (1, 1), refused.output
    assert "cannot be reached" in refused.output


async def test_a_database_without_tables_is_to_be_migrated(
    enishi: Enishi, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, _, options = os.environ["ENISHI_DATABASE_URL"].partition("?")
    _point_at(f"{server.rpartition('/')[0]}/postgres?{options}".rstrip("?"), monkeypatch)
    refused = await enishi("organisation list")
    assert (refused.exit_code, refused.output.count("\n")) == (1, 1), refused.output
    assert "enishi migrate" in refused.output
