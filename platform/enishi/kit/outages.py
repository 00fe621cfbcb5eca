"""Errors of a database or a disk that is out of service for now: no fault of our code."""

import errno
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

# How the driver speaks of a connection that was cut off.
_GONE = ("closed", "closing", "released back to the pool")
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


def is_connection_fault(error: BaseException) -> bool:
    """Whether the error says that the database cannot be reached just now."""
    if isinstance(error, OSError):  # also a missing socket and a timeout, if the driver met it
        return any(
            frame.f_globals.get("__name__", "").startswith("asyncpg")
            for frame, _ in traceback.walk_tb(error.__traceback__)
        )
    if isinstance(error, asyncpg.InterfaceError):
        # The class also stands for mistakes of ours, such as a wrong number of parameters.
        return any(text in str(error) for text in _GONE)
    return isinstance(
        error,
        asyncpg.PostgresConnectionError
        | asyncpg.CannotConnectNowError
        | asyncpg.AdminShutdownError
        | asyncpg.CrashShutdownError
        | asyncpg.IdleSessionTimeoutError
        | asyncpg.TooManyConnectionsError
        # What the driver says when the server ends a connection just before it is used.
        | asyncpg.InternalClientError,
    )


def is_exhausted(error: BaseException) -> bool:
    """Whether a disk or the database's memory is full, so that nothing can be stored for now.

    Class 53 of SQLSTATE; 25006, by which hosted servers refuse writes while their disk is full; and
    the disk of our own files.
    """
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM
    return isinstance(
        error, asyncpg.InsufficientResourcesError | asyncpg.ReadOnlySQLTransactionError
    )


@contextmanager
def optional_write() -> Iterator[None]:
    """Ignore a full disk: for what a request that reads writes beside it, outside units of work."""
    try:
        yield
    except Exception as error:
        if not is_exhausted(error):
            raise
