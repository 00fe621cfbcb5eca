import asyncio
import os
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.servers.harness import wait_until_gone

from enishi.servers.errors import ServerError
from enishi.servers.postgres import Postgres
from enishi.servers.processes import Child, processes_in


def ask(dsn: str, *statements: str) -> Any:
    """Run the statements; return the first value of the last one."""

    async def run() -> Any:
        connection = await asyncpg.connect(dsn)
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return await connection.fetchval(statements[-1])
        finally:
            await connection.close()

    return asyncio.run(run())


@contextmanager
def started(postgres: Postgres) -> Iterator[Child]:
    postgres.prepare()
    child = Child(postgres.command())
    try:
        postgres.wait_ready(child)
        yield child
    finally:
        child.stop()


def again(postgres: Postgres) -> Postgres:
    """A new object for the same folders, as the next supervisor creates it."""
    return Postgres(postgres.binaries, postgres.data, postgres.sockets, postgres.log)


def test_a_second_start_keeps_the_data(postgres: Postgres) -> None:
    with postgres.running() as dsn:
        ask(dsn, "CREATE TABLE kept AS SELECT 7 AS n", "SELECT 1")
    with again(postgres).running() as dsn:
        assert ask(dsn, "SELECT n FROM kept") == 7


def test_it_is_durable_and_private_and_handles_japanese(postgres: Postgres) -> None:
    with postgres.running() as dsn:
        assert ask(dsn, "SHOW fsync") == "on"
        assert ask(dsn, "SHOW synchronous_commit") == "on"
        assert ask(dsn, "SHOW data_checksums") == "on"
        assert ask(dsn, "SHOW listen_addresses") == ""
        assert ask(dsn, "SHOW server_encoding") == "UTF8"
        socket = postgres.sockets / ".s.PGSQL.5432"
        assert stat.S_IMODE(socket.stat().st_mode) & 0o077 == 0
        assert stat.S_IMODE(postgres.sockets.stat().st_mode) == 0o700
        # With LC_CTYPE=C none of these characters would be a letter.
        similar = "SELECT similarity('関係人口の創出', '関係人口')"
        assert ask(dsn, "CREATE EXTENSION pg_trgm", similar) > 0.3


def test_committed_data_survives_a_kill_of_the_server(postgres: Postgres) -> None:
    with started(postgres) as child:
        ask(postgres.dsn, "CREATE TABLE kept AS SELECT 7 AS n", "SELECT 1")
        os.kill(child.pid, signal.SIGKILL)
        child.clean_up()
    with again(postgres).running() as dsn:
        assert ask(dsn, "SELECT n FROM kept") == 7


def with_stale_pid_file(postgres: Postgres) -> Path:
    """Kill the server, and write the id of another running process into its pid file."""
    with started(postgres) as child:
        os.kill(child.pid, signal.SIGKILL)
        child.clean_up()
    wait_until_gone(postgres.data)
    pid_file = postgres.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    assert lines[-1].strip() == "ready"  # a supervisor that only reads the file would accept it
    # PostgreSQL ignores its own and its parent's id, so it must be another one.
    pid_file.write_text("\n".join([str(os.getppid()), *lines[1:]]) + "\n")
    return pid_file


def test_it_starts_with_a_stale_pid_file_whose_id_was_reused(
    postgres: Postgres,
) -> None:
    with_stale_pid_file(postgres)
    with again(postgres).running() as dsn:
        assert ask(dsn, "SELECT 1") == 1


def test_without_the_check_a_stale_pid_file_would_stop_it(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_stale_pid_file(postgres)
    monkeypatch.setattr(Postgres, "_clear_stale_pid", lambda _self: None)
    with pytest.raises(ServerError, match="PostgreSQL ended"), again(postgres).running():
        pass


def test_it_waits_for_a_predecessor_that_is_still_stopping(postgres: Postgres) -> None:
    with started(postgres) as child:
        assert child.pid in processes_in(postgres.data, "postgres")
        os.kill(child.pid, signal.SIGINT)  # as the kernel does when the supervisor is killed
        with again(postgres).running() as dsn:
            assert ask(dsn, "SELECT 1") == 1
            assert child.has_ended()


def test_data_of_another_version_is_refused(postgres: Postgres) -> None:
    postgres.data.mkdir(mode=0o700)
    (postgres.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(ServerError, match=r"written by PostgreSQL 17.*are PostgreSQL 18"):
        postgres.prepare()


def test_a_folder_of_something_else_is_refused(postgres: Postgres) -> None:
    postgres.data.mkdir(mode=0o700)
    (postgres.data / "thesis.txt").write_text("mine")
    with pytest.raises(ServerError, match="not empty"):
        postgres.prepare()
    assert (postgres.data / "thesis.txt").read_text() == "mine"


def test_a_kill_during_initdb_leaves_no_incomplete_data(postgres: Postgres) -> None:
    unfinished = postgres.data.with_name("postgres.unfinished")
    unfinished.mkdir(mode=0o700)
    (unfinished / "PG_VERSION").write_text("18\n")
    with postgres.running() as dsn:
        assert ask(dsn, "SELECT 1") == 1
    assert not unfinished.exists()


def test_a_folder_of_sockets_that_others_may_enter_is_refused(postgres: Postgres) -> None:
    postgres.sockets.mkdir(mode=0o755)
    with pytest.raises(ServerError, match="open to other users"):
        postgres.prepare()
