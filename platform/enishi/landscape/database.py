"""Loads votes from PostgreSQL into arrays by COPY BINARY: no Python object for a row.

Knows no table: the caller passes a query of three fixed-width columns. 10 million rows are bound by
the server's COPY.
"""

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

_SIGNATURE = b"PGCOPY\n\xff\r\n\x00"
_HEADER = len(_SIGNATURE) + 8  # flags and the length of an extension area
_TRAILER = b"\xff\xff"
_BATCH = 1 << 20  # bytes
# int16 number of fields, then for each: int32 length, value. Big-endian, as the wire format is.
_ROW = np.dtype(
    [
        ("fields", ">i2"),
        ("participant_bytes", ">i4"),
        ("participant", ">i4"),
        ("statement_bytes", ">i4"),
        ("statement", ">i4"),
        ("vote_bytes", ">i4"),
        ("vote", ">i2"),
    ]
)

Columns = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int8]]


class LoadError(ValueError):
    """The query does not deliver (int4, int4, int2) without NULL."""


class Connection(Protocol):
    """What is used of asyncpg.Connection."""

    async def copy_from_query(self, query: str, *args: Any, output: Any, format: str) -> str: ...  # noqa: A002


async def load_votes(connection: Connection, query: str, *args: Any) -> Columns:
    """Load participant (int32), statement (int32) and vote (int8), in the order of the query.

    The query must deliver exactly (int4, int4, int2), none of them NULL: cast in it, and ORDER BY
    the time of the vote where pairs may repeat. Memory: the 24 bytes a row of the stream become 9
    as they arrive.
    """
    sink = _Sink()
    await connection.copy_from_query(query, *args, output=sink.write, format="binary")
    return sink.columns()


class _Sink:
    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self._size = 0
        self._rest = b""
        self._begun = False
        self._wrong = False
        self._parts: list[Columns] = []

    async def write(self, data: bytes) -> None:
        # Never raises: asyncpg would leave the connection inside the COPY, and hang on it.
        # PostgreSQL sends some kilobytes at a time; a call of NumPy for each would cost more
        # than the rows.
        self._waiting.append(data)
        self._size += len(data)
        if self._size >= _BATCH:
            self._take()

    def _take(self) -> None:
        buffer = b"".join((self._rest, *self._waiting))
        self._waiting, self._size = [], 0
        if self._wrong:
            return
        start = 0
        if not self._begun:
            if len(buffer) < _HEADER:
                self._rest = buffer
                return
            self._begun, self._wrong = True, not buffer.startswith(_SIGNATURE)
            start = _HEADER
        rows = (len(buffer) - start) // _ROW.itemsize
        stop = start + rows * _ROW.itemsize
        self._rest = buffer[stop:]
        table = np.frombuffer(buffer, _ROW, rows, start)
        if _is_fixed(table):
            self._parts.append(
                (
                    table["participant"].astype(np.int32),
                    table["statement"].astype(np.int32),
                    table["vote"].astype(np.int8),
                )
            )
        else:
            self._wrong = True

    def columns(self) -> Columns:
        self._take()
        if self._wrong or self._rest != _TRAILER:
            raise LoadError("every row must be (int4, int4, int2) without NULL")
        if not self._parts:
            return np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int8)
        people, statements, votes = zip(*self._parts, strict=True)
        self._parts = []
        return np.concatenate(people), np.concatenate(statements), np.concatenate(votes)


def _is_fixed(rows: npt.NDArray[Any]) -> bool:
    return bool(
        (rows["fields"] == 3).all()
        and (rows["participant_bytes"] == 4).all()
        and (rows["statement_bytes"] == 4).all()
        and (rows["vote_bytes"] == 2).all()
    )
