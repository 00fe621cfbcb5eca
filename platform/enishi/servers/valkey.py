"""An embedded Valkey: with an append-only file, on a Unix socket only."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

from enishi.servers.folders import make_private, require_private
from enishi.servers.processes import Child, Command, wait_for_predecessor, wait_until

_START_SECONDS = 120.0  # it loads the append-only file before it answers


@dataclass(frozen=True)
class Valkey:
    program: Path
    data: Path
    sockets: Path
    log: Path

    @property
    def socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def dsn(self) -> str:
        return f"unix://{self.socket}"

    def prepare(self) -> None:
        make_private(self.sockets)
        require_private(self.sockets)
        make_private(self.data)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        wait_for_predecessor(self.data.resolve(), self.program.name)
        self.socket.unlink(missing_ok=True)

    def command(self) -> Command:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data.resolve()),
            # By default Valkey persists nothing. Data that must not be lost is in PostgreSQL; the
            # append-only file keeps queued jobs over a crash, except for the last second.
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
        }
        arguments = [part for key, value in options.items() for part in (f"--{key}", value)]
        return Command(
            name="Valkey",
            argv=(str(self.program), *arguments),
            log=self.log,
            stop=((signal.SIGTERM, 30.0),),
            cwd=self.data,
        )

    def wait_ready(self, child: Child) -> None:
        wait_until(child, self._answers, _START_SECONDS)

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

    def _answers(self) -> bool:
        client = redis.Redis(unix_socket_path=str(self.socket))
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()
