"""Connections to PostgreSQL, and how long this process waits for an answer.

A server that is gone refuses at once. One that hangs (a frozen host, dropped packets) answers
nothing, and without limits each request would wait until it comes back.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import asyncpg

CONNECT_SECONDS = 10.0

# A host that is gone acknowledges nothing: the kernel ends the connection in 15 to 20 seconds.
_TCP_OPTIONS = {
    "TCP_USER_TIMEOUT": 15_000,  # milliseconds that sent data may stay unacknowledged
    "TCP_KEEPIDLE": 10,  # seconds without data before the first probe
    "TCP_KEEPINTVL": 3,
    "TCP_KEEPCNT": 3,
}
# Where the server looks whether its client is still there. It ends statements of others: a client
# that waited no longer would otherwise leave them running, and come with the next ones.
_CHECK_CLIENT = "SET client_connection_check_interval = '2s'"


@dataclass(frozen=True)
class Limits:
    """Seconds to wait; None means without an end.

    acquire: for a connection of the pool, be it free or new. command: for a statement.
    """

    acquire: float | None = None
    command: float | None = None


# Together about as long as a visitor waits before giving up.
WEB = Limits(acquire=2.0, command=4.0)

_longer: ContextVar[float | None] = ContextVar("enishi_statement_seconds", default=None)


@contextmanager
def long_statements(seconds: float = 60.0) -> Iterator[None]:
    """Let statements of the block take longer than the process's limit: for large exports."""
    token = _longer.set(seconds)
    try:
        yield
    finally:
        _longer.reset(token)


def statement_seconds() -> float | None:
    """The limit that `long_statements` has set; None means the connection's own limit."""
    return _longer.get()


class Connection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types
    """A connection that ends when its server has been unreachable for some seconds."""

    def __init__(self, protocol: Any, transport: Any, *args: Any) -> None:
        super().__init__(protocol, transport, *args)
        end_of_silence(transport.get_extra_info("socket"))


def end_of_silence(connected: socket.socket) -> None:
    """Have the kernel end a TCP connection whose other host is gone; nothing for Unix sockets."""
    if connected.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _TCP_OPTIONS.items():
        option = getattr(socket, name, None)  # other systems have some of them
        if option is not None:
            connected.setsockopt(socket.IPPROTO_TCP, option, value)


async def have_statements_end_with_client(connection: asyncpg.Connection) -> None:
    """Have the server end a statement whose client is gone. Part of making a connection."""
    with suppress(asyncpg.PostgresError):  # some systems cannot look
        await connection.execute(_CHECK_CLIENT)
