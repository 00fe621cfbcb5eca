"""The connection by which the vote writer of a process writes: made at the start, and kept.

The pool opens connections when requests need them. A writer that did so would find none left on a
server with few: votes would starve while pages are served.
"""

import asyncio
import contextlib
from typing import Any

import asyncpg
import structlog

from enishi.kit import connections, outages
from enishi.settings import get_settings

# Seconds:
_CHECK_INTERVAL = 1.0
_CONNECT_TIMEOUT = 2.0  # of an attempt beside the votes

# One generic plan for batches of every size: index lookups by key, in the order in which the
# statement names its tables. Planning each batch costs as much as writing six votes, and where the
# statistics still describe an empty table the planner would scan it, or begin with all dialogues.
SESSION_SETTINGS = {
    "application_name": "enishi-votes",
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "join_collapse_limit": "1",
}

_log = structlog.get_logger(__name__)


class VoteConnection:
    """One connection, which is made again whenever it is lost."""

    def __init__(self) -> None:
        self._connection: asyncpg.Connection[Any] | None = None
        self._connecting = asyncio.Lock()
        self._keeper: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect, and from now on keep connected. Does not raise if the database is away."""
        await self._try_to_connect(is_first=True)
        self._keeper = asyncio.create_task(self._keep_connected(), name="vote-connection")

    async def close(self) -> None:
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeper
        self.cut()

    def cut(self) -> None:
        """Drop the connection without waiting for the server, which may hang."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    async def fetchval(self, sql: str, *args: Any, seconds: float) -> Any:
        """Run a statement, connecting first if need be; each of the two takes at most `seconds`.

        Raises TimeoutError; then the connection has to be cut.
        """
        connection = await self._connected(seconds)
        return await connection.fetchval(sql, *args, timeout=seconds)

    async def _connected(self, seconds: float) -> "asyncpg.Connection[Any]":
        async with self._connecting:
            if self._connection is None or self._connection.is_closed():
                self._connection = await asyncpg.connect(
                    get_settings().database_dsn,
                    timeout=seconds,
                    connection_class=connections.Connection,
                    server_settings=SESSION_SETTINGS,
                )
            return self._connection

    async def _keep_connected(self) -> None:
        while True:
            await asyncio.sleep(_CHECK_INTERVAL)
            if self._connection is None or self._connection.is_closed():
                await self._try_to_connect()

    async def _try_to_connect(self, *, is_first: bool = False) -> None:
        try:
            await self._connected(_CONNECT_TIMEOUT)
        except Exception as error:
            if not is_lost(error):
                raise
            if is_first:
                _log.warning("consultations.vote_writer.not_connected", error=type(error).__name__)


def is_lost(error: Exception) -> bool:
    """Whether the connection is of no more use, also when PostgreSQL ended it (57P01, 57P02)."""
    return isinstance(
        error, asyncpg.OperatorInterventionError | TimeoutError
    ) or outages.is_connection_fault(error)
