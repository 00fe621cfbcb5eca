"""The database engine, the unit of work, and how statements are run.

Piccolo describes tables and migrations, and may write or read one row by its key. All else is SQL,
by `fetch`, `fetch_one`, `fetch_value` and `execute`; one function uses Piccolo or SQL, never both
(docs/decisions/0009-sql-and-piccolo.md).
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from typing import Any

import asyncpg
import structlog
from piccolo.engine.postgres import PostgresEngine

from enishi.kit import connections
from enishi.kit.connections import Limits, statement_seconds
from enishi.kit.outages import is_connection_fault
from enishi.settings import get_settings

AfterCommit = Callable[[], Awaitable[None]]


class _Engine(PostgresEngine):
    async def check_version(self) -> None:
        """Connect to nothing at import: `enishi doctor` and `enishi up` judge the server."""

    async def _run_in_pool(self, query: str, args: Sequence[Any] | None = None) -> Any:
        async with _connection() as connection:
            return await connection.fetch(query, *(args or ()), timeout=statement_seconds())


# No extensions: uuids come from kit.ids, and the embedded server has no uuid-ossp.
DB = _Engine(
    config={
        "dsn": get_settings().database_dsn,
        "timeout": connections.CONNECT_SECONDS,
        "connection_class": connections.Connection,
    },
    extensions=(),
)
_limits = Limits()

_after_commit: ContextVar[list[AfterCommit] | None] = ContextVar(
    "enishi_after_commit", default=None
)
_CLOSE_SECONDS = 5.0
_log = structlog.get_logger(__name__)


def connect_as_owner() -> None:
    """Let this process connect by the role that owns the tables, before it opens the pool.

    For commands that change the schema. Others are refused changes of append-only tables.
    """
    DB.config["dsn"] = get_settings().database_owner_dsn


async def open_pool(limits: Limits = _limits) -> None:
    """Open the pool of this process, with as many connections as the settings allow.

    With limits, the database need not answer yet: statements fail until it does.
    """
    global _limits  # noqa: PLW0603 (one pool for each process)
    _limits = limits
    size = get_settings().database_pool_size
    await DB.start_connection_pool(
        min_size=0 if limits.acquire else min(2, size),
        max_size=size,
        reset=_take_back,
        command_timeout=limits.command,
        init=connections.have_statements_end_with_client if limits.command else None,
    )


async def _take_back(_: asyncpg.Connection) -> None:
    """Ask nothing of a connection that comes back: it saves each statement a round trip.

    The driver has ended a transaction left open. What else a session could keep (settings,
    cursors, advisory locks, temporary tables) we use only inside transactions.
    """


async def close_pool() -> None:
    """Close the pool. Connections that do not come back in time are cut."""
    pool: Any = DB.pool
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await DB.close_connection_pool()
    except TimeoutError:
        pool.terminate()
        DB.pool = None


@asynccontextmanager
async def _connection() -> AsyncIterator[Any]:
    """A connection of the pool (a new one without a pool), given back whatever happens.

    One whose statement took too long or was cancelled is cut: the driver would wait until a server
    that hangs has confirmed the end of the statement.
    """
    pool = DB.pool
    if pool is None:
        connection = await DB.get_new_connection()
    else:
        connection = await pool.acquire(timeout=_limits.acquire)
    try:
        yield connection
    except BaseException as error:
        if _leaves_a_statement(error):
            _cut(connection)
        raise
    finally:
        if pool is None:
            await connection.close()
        else:
            await pool.release(connection)


def _leaves_a_statement(error: BaseException) -> bool:
    """Whether a statement may still run on the connection on which the error came up."""
    return isinstance(error, asyncio.CancelledError) or is_connection_fault(error)


def _cut(connection: Any) -> None:
    with suppress(asyncpg.InterfaceError):  # the pool has dropped it already
        connection.terminate()


@asynccontextmanager
async def unit_of_work() -> AsyncIterator[None]:
    """Run the block in one transaction; what was left for `after_commit` runs once it is durable.

    Inside another unit of work the block becomes a savepoint, so a caller may catch its
    error and go on without keeping half of its writes. Piccolo's own nesting would silently
    join the outer transaction instead.
    """
    outer = DB.current_transaction.get()
    if outer is None:
        with collecting() as callbacks:
            async with _transaction():
                yield
        await _run(callbacks)
        return
    savepoint = await outer.savepoint()
    with collecting(pass_on=True):
        try:
            yield
        except BaseException as error:
            if _leaves_a_statement(error):
                # Nothing of the outer unit of work may be committed after this either.
                _cut(outer.connection)
                raise
            # Without a connection there is nothing to undo: the first error is the one to see.
            with suppress(asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
                await savepoint.rollback_to()
                await savepoint.release()  # else a loop of refused attempts piles them up
            raise
        await savepoint.release()


@asynccontextmanager
async def one_statement() -> AsyncIterator[None]:
    """As unit_of_work, for a block whose one write is one statement: that is a transaction itself.

    Without BEGIN and COMMIT around it, what the statement locks is free again before we hear of it.
    """
    if in_unit_of_work():
        async with unit_of_work():
            yield
        return
    with collecting() as callbacks:
        yield
    await _run(callbacks)


@asynccontextmanager
async def _transaction() -> AsyncIterator[None]:
    """Piccolo's transaction, with its connection given back whatever happens.

    When BEGIN, COMMIT or ROLLBACK fails, Piccolo's own `async with` keeps the connection out of
    the pool and its context variable set: after a restart of PostgreSQL the pool runs dry, and
    a long-lived task believes for ever that it is inside a dead transaction.
    """
    transaction = DB.transaction()
    async with _connection() as connection:
        transaction.connection = connection
        transaction.transaction = connection.transaction()
        await transaction.begin()
        token = DB.current_transaction.set(transaction)
        try:
            yield
        except BaseException as error:
            if not _leaves_a_statement(error):
                try:
                    await transaction.rollback()
                except Exception:  # noqa: BLE001 (the caller must see what went wrong first)
                    _cut(connection)
            raise
        else:
            await transaction.commit()
        finally:
            DB.current_transaction.reset(token)


def after_commit(callback: AfterCommit) -> None:
    """Call back once the surrounding unit of work has committed; forget it on rollback."""
    callbacks = _after_commit.get()
    if callbacks is None:
        raise RuntimeError("after_commit was called outside a unit of work")
    callbacks.append(callback)


@contextmanager
def collecting(*, pass_on: bool = False) -> Iterator[list[AfterCommit]]:
    """Collect callbacks; hand them to the surrounding collection if the block succeeds."""
    callbacks: list[AfterCommit] = []
    outer = _after_commit.get()
    token = _after_commit.set(callbacks)
    try:
        yield callbacks
    finally:
        _after_commit.reset(token)
    if pass_on and outer is not None:
        outer.extend(callbacks)


async def _run(callbacks: list[AfterCommit]) -> None:
    for callback in callbacks:
        try:
            await callback()
        except Exception:  # noqa: BLE001 (a hint may fail in any way; the work is done)
            # The work is committed; a lost hint is found again by the sweep.
            _log.exception("kit.after_commit.failed")


def in_unit_of_work() -> bool:
    return DB.current_transaction.get() is not None


async def fetch(sql: str, *args: Any) -> list[dict[str, Any]]:
    """All rows of a statement with $1-style parameters, inside the unit of work if there is one."""
    return [dict(row) for row in await _records(sql, args)]


async def fetch_one(sql: str, *args: Any) -> dict[str, Any] | None:
    """The row that a statement by key answers with, or None.

    Raises ValueError for several rows: the statement does not say which of them is meant.
    """
    records = await _records(sql, args)
    if not records:
        return None
    [record] = records
    return dict(record)


async def fetch_value(sql: str, *args: Any) -> Any:
    """The first column of the one row of a statement that always answers with a row.

    Raises ValueError for no row and for several; None is a NULL in the database.
    """
    [record] = await _records(sql, args)
    return record[0]


async def execute(sql: str, *args: Any) -> None:
    """Run a statement that answers with no rows, or whose rows say nothing to the caller."""
    await _records(sql, args)


async def _records(sql: str, args: Sequence[Any]) -> Any:
    """A list of asyncpg's records (the driver has no types)."""
    transaction = DB.current_transaction.get()
    if transaction is not None:
        return await transaction.connection.fetch(sql, *args, timeout=statement_seconds())
    async with _connection() as connection:
        return await connection.fetch(sql, *args, timeout=statement_seconds())


def is_unstorable(error: BaseException) -> bool:
    """Whether a text held NUL, the one character that PostgreSQL cannot keep."""
    return isinstance(error, asyncpg.CharacterNotInRepertoireError)


def violated_constraint(error: BaseException) -> str:
    """The name of the constraint or unique index that refused a write; empty for other errors."""
    if isinstance(error, asyncpg.IntegrityConstraintViolationError):
        return str(error.constraint_name or "")
    return ""


def document(value: Any) -> Any:
    """A JSONB column of a raw statement as Python data (the driver hands it over as text)."""
    return json.loads(value) if isinstance(value, str) else value
