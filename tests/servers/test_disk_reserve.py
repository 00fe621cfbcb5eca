"""PostgreSQL on a disk that fills up: it reads on, and writes again once there is room."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest
from tests.fixtures.disks import fill, small_disk
from tests.servers.conftest import postgres_in
from tests.servers.test_postgres import ask, started

from enishi.servers.disk_reserve import DiskReserve
from enishi.servers.errors import ServerError
from enishi.servers.postgres import Postgres

MIB = 1 << 20
DISK = 320 * MIB  # a new cluster takes 50, its log two segments of 16


@pytest.fixture
def disk(folder: Path) -> Iterator[Path]:
    with small_disk(folder / "disk", DISK) as mounted:
        yield mounted


def server(disk: Path, *, reserve: bool = True) -> Postgres:
    """The server on that disk, as a new supervisor creates it."""
    plain = postgres_in(disk)
    kept = DiskReserve(disk / "reserve") if reserve else None
    return Postgres(plain.binaries, plain.data, plain.sockets, plain.log, reserve=kept)


def use_up_the_log(dsn: str) -> None:
    """Write until PostgreSQL needs a segment of its log for which there is no room."""
    with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        for _ in range(100):
            ask(dsn, "SELECT pg_logical_emit_message(false, 'test', repeat('x', 4000000), true)")
        pytest.fail("there was room for everything")


def test_without_a_reserve_a_full_disk_is_the_end(disk: Path) -> None:
    """The control: what the reserve is for."""
    with started(server(disk, reserve=False)):
        fill(disk)
        use_up_the_log(server(disk).dsn)
    with (
        pytest.raises(ServerError, match="PostgreSQL ended"),
        server(disk, reserve=False).running(),
    ):
        pass


def test_on_a_full_disk_it_reads_and_once_there_is_room_it_writes(disk: Path) -> None:
    with started(server(disk)):
        ask(server(disk).dsn, "CREATE TABLE kept AS SELECT 7 AS n", "SELECT 1")
        assert (disk / "reserve").stat().st_blocks * 512 >= 64 * MIB
        ballast = fill(disk)
        use_up_the_log(server(disk).dsn)
    reading = server(disk)
    with reading.running() as dsn:
        assert reading.is_read_only
        assert not reading.could_write_again
        assert ask(dsn, "SELECT n FROM kept") == 7
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            ask(dsn, "INSERT INTO kept VALUES (8)", "SELECT 1")
        ballast.unlink()
        assert reading.could_write_again
    writing = server(disk)
    with writing.running() as dsn:
        assert not writing.is_read_only
        ask(dsn, "INSERT INTO kept VALUES (8)", "SELECT 1")
        assert ask(dsn, "SELECT count(*) FROM kept") == 2


def test_a_reserve_that_is_used_up_too_is_known(disk: Path) -> None:
    postgres = server(disk)
    postgres.prepare()
    assert not postgres.cannot_recover
    fill(disk)
    postgres.prepare()  # releases it
    assert not postgres.cannot_recover
    fill(disk)
    assert postgres.cannot_recover
