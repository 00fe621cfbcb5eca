"""An embedded PostgreSQL: a full server with durable data, on a Unix socket only."""

import asyncio
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import asyncpg

from enishi.servers.cluster import NAME, Cluster
from enishi.servers.disk_reserve import DiskReserve
from enishi.servers.folders import make_private, require_private
from enishi.servers.namespace import OtherUser
from enishi.servers.processes import (
    Child,
    Command,
    processes_in,
    wait_for_predecessor,
    wait_until,
)

_PORT = 5432  # only part of the socket's file name
_SOCKET = f".s.PGSQL.{_PORT}"
# Crash recovery replays the write-ahead log, which takes minutes on a slow disk.
_START_SECONDS = 300.0
_STATUS_LINE = 7  # of postmaster.pid


@dataclass(frozen=True)
class Postgres:
    """One data folder, the programs to run it with, and the folder of its socket."""

    binaries: Path
    data: Path
    sockets: Path
    log: Path
    # Additional server settings, for tests (fsync=off …); operators edit postgresql.conf.
    settings: Mapping[str, str] = field(default_factory=dict)
    # Without it, a server that ended on a full disk does not start until there is room.
    reserve: DiskReserve | None = None

    @property
    def dsn(self) -> str:
        return f"postgresql://{NAME}@/{NAME}?host={self.sockets}&port={_PORT}"

    @cached_property
    def cluster(self) -> Cluster:
        return Cluster(self.binaries, self.data, self.log)

    def prepare(self) -> None:
        """Create or check folders and data before a start. Raises ServerError."""
        make_private(self.sockets)
        require_private(self.sockets)
        self.cluster.ensure()
        self._clear_stale_pid()
        self._link_socket()
        if self.reserve:
            self.reserve.update()

    @property
    def is_read_only(self) -> bool:
        """Whether it only reads, because its disk is full; from `prepare` on."""
        return self.reserve is not None and not self.reserve.is_held

    @property
    def could_write_again(self) -> bool:
        """Whether there is room again, so that a restart would let it write."""
        return self.reserve is not None and self.is_read_only and self.reserve.fits

    @property
    def cannot_recover(self) -> bool:
        """Whether a start would fail, because its disk is full and the reserve is used up."""
        return self.reserve is not None and self.reserve.is_used_up

    def command(self) -> Command:
        settings = {
            "listen_addresses": "",
            "port": str(_PORT),
            "unix_socket_directories": str(self._real_sockets),
            "unix_socket_permissions": "0700",
            **self.settings,
        }
        if self.is_read_only:
            settings["default_transaction_read_only"] = "on"
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        folder = self.cluster.folder
        return Command(
            name="PostgreSQL",
            argv=(str(self.binaries / "postgres"), "-D", str(folder), *options),
            log=self.log,
            # Fast shutdown (ends sessions, writes a checkpoint), then immediate shutdown.
            stop=((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0)),
            identity=self.cluster.identity,
            cwd=folder,
        )

    def wait_ready(self, child: Child) -> None:
        """Return when it accepts connections and has our database. Raises ServerError."""
        wait_until(child, lambda: self._is_ready(child.pid), _START_SECONDS)
        asyncio.run(self._ensure_database())

    @contextmanager
    def running(self) -> Iterator[str]:
        """Run the server during the block; yields the DSN."""
        self.prepare()
        child = Child(self.command())
        try:
            self.wait_ready(child)
            yield self.dsn
        finally:
            child.stop()

    @property
    def _real_sockets(self) -> Path:
        # Another user cannot write to our folder of sockets, so the socket is beside the data.
        if isinstance(self.cluster.identity, OtherUser):
            return self.cluster.folder.with_name("run")
        return self.sockets

    def _is_ready(self, pid: int) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        # The stale file of a killed server also has "ready", so compare the process id too.
        return (
            len(lines) > _STATUS_LINE
            and lines[0].strip() == str(pid)
            and lines[_STATUS_LINE].strip() == "ready"
        )

    async def _ensure_database(self) -> None:
        connection = await asyncpg.connect(
            host=str(self.sockets), port=_PORT, user=NAME, database="postgres", timeout=30
        )
        try:
            exists = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", NAME)
            if not exists:
                await connection.execute(f"CREATE DATABASE {NAME}")
        finally:
            await connection.close()

    def _link_socket(self) -> None:
        real = self._real_sockets
        if real == self.sockets:
            return
        real.mkdir(mode=0o700, exist_ok=True)
        self.cluster.chown(real)
        link = self.sockets / _SOCKET
        link.unlink(missing_ok=True)
        link.symlink_to(real / _SOCKET)

    def _clear_stale_pid(self) -> None:
        """Remove a pid file whose server has ended.

        PostgreSQL refuses to start if *any* process has that id, also an unrelated one after the
        id was reused. So look for server processes whose working directory is the data folder;
        this also finds orphan children of a killed server.
        """
        folder = self.cluster.folder
        wait_for_predecessor(folder, "postgres")
        if sys.platform == "linux" and not processes_in(folder, "postgres"):
            (folder / "postmaster.pid").unlink(missing_ok=True)
