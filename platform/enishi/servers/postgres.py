"""An embedded PostgreSQL: real, durable, reachable by its Unix socket only."""

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
from enishi.servers.folders import make_private, refuse_open
from enishi.servers.namespace import Drop
from enishi.servers.processes import (
    Child,
    Command,
    processes_in,
    wait_for_predecessor,
    wait_until,
)

_PORT = 5432  # only a part of the socket's name
_SOCKET = f".s.PGSQL.{_PORT}"
# Recovery after a crash replays what was not yet written: minutes, on a slow disk.
_START_SECONDS = 300.0
_STATE_LINE = 7  # of postmaster.pid


@dataclass(frozen=True)
class Postgres:
    """One data folder, the programs to run it with, and where its socket is to be found."""

    binaries: Path
    data: Path
    sockets: Path
    log: Path
    # Server settings on top of ours, for tests (fsync=off …); operators edit postgresql.conf.
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def dsn(self) -> str:
        return f"postgresql://{NAME}@/{NAME}?host={self.sockets}&port={_PORT}"

    @cached_property
    def cluster(self) -> Cluster:
        return Cluster(self.binaries, self.data, self.log)

    def prepare(self) -> None:
        """Have data these programs can run on; ServerError says what is in the way."""
        make_private(self.sockets)
        refuse_open(self.sockets)
        self.cluster.ensure()
        self._clear_stale_pid()
        self._link_socket()

    def command(self) -> Command:
        settings = {
            "listen_addresses": "",
            "port": str(_PORT),
            "unix_socket_directories": str(self._real_sockets),
            "unix_socket_permissions": "0700",
            **self.settings,
        }
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        folder = self.cluster.folder
        return Command(
            name="PostgreSQL",
            argv=(str(self.binaries / "postgres"), "-D", str(folder), *options),
            log=self.log,
            # Fast shutdown (sessions are ended, data is written), then immediate.
            stop=((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0)),
            identity=self.cluster.identity,
            cwd=folder,
        )

    def wait_ready(self, child: Child) -> None:
        """Return once it takes connections and has our database."""
        wait_until(child, lambda: self._is_ready(child.pid), _START_SECONDS)
        asyncio.run(self._ensure_database())

    @contextmanager
    def running(self) -> Iterator[str]:
        """Run it for the block; yields the DSN."""
        self.prepare()
        child = Child(self.command())
        try:
            self.wait_ready(child)
            yield self.dsn
        finally:
            child.stop()

    @property
    def _real_sockets(self) -> Path:
        # Another user cannot write to our folder of sockets; it gets one beside its data.
        if isinstance(self.cluster.identity, Drop):
            return self.cluster.folder.with_name("run")
        return self.sockets

    def _is_ready(self, pid: int) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        # A file left by a killed server says "ready" too: the process id must be the child's.
        return (
            len(lines) > _STATE_LINE
            and lines[0].strip() == str(pid)
            and lines[_STATE_LINE].strip() == "ready"
        )

    async def _ensure_database(self) -> None:
        connection = await asyncpg.connect(
            host=str(self.sockets), port=_PORT, user=NAME, database="postgres", timeout=30
        )
        try:
            known = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", NAME)
            if not known:
                await connection.execute(f"CREATE DATABASE {NAME}")
        finally:
            await connection.close()

    def _link_socket(self) -> None:
        real = self._real_sockets
        if real == self.sockets:
            return
        real.mkdir(mode=0o700, exist_ok=True)
        self.cluster.give(real)
        link = self.sockets / _SOCKET
        link.unlink(missing_ok=True)
        link.symlink_to(real / _SOCKET)

    def _clear_stale_pid(self) -> None:
        """Remove a pid file whose server is gone.

        PostgreSQL itself refuses to start when *any* process has that number by now. We look
        for processes that hold the data, which also finds children of a killed server.
        """
        folder = self.cluster.folder
        wait_for_predecessor(folder, "postgres")
        if sys.platform == "linux" and not processes_in(folder, "postgres"):
            (folder / "postmaster.pid").unlink(missing_ok=True)
