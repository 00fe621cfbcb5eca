"""Read large results into NumPy arrays by PostgreSQL's binary COPY, without an object per row.

A query of fixed-width columns without NULL gives records of one size, so that `np.frombuffer` maps
the stream onto a structured array. That is several times faster than fetching rows. PostgreSQL
spends about a quarter of a microsecond on each row that it sends, whatever the row holds: one row
with an array is faster still (`array_layout`), but the server builds that array in its memory.
Format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

Records = npt.NDArray[np.void]  # structured, big-endian
T = TypeVar("T")

_SIGNATURE = b"PGCOPY\n\xff\r\n\x00"
_HEADER_BYTES = len(_SIGNATURE) + 8  # flags and the length of the header extension
_TRAILER = b"\xff\xff"
_NULL = b"\xff" * 4  # the length -1
_ARRAY_HEADER_BYTES = 5 * 4  # dimensions, null flag, element type, size, lower bound
_BATCH_BYTES = 1 << 20


class BinaryCopyError(ValueError):
    """The stream does not have the layout: another type or width, another column, or a NULL."""


class Connection(Protocol):
    """The part of asyncpg.Connection that is used."""

    async def prepare(self, query: str) -> Any: ...
    async def fetchval(self, query: str, *args: Any) -> Any: ...
    async def copy_from_query(self, query: str, *args: Any, output: Any, format: str) -> str: ...  # noqa: A002 (asyncpg's name)


@dataclass(frozen=True)
class Layout:
    """How records lie in the stream.

    prefix: bytes before the first record. record: the bytes of one. constants: fields that have
    this value in every record (field counts and lengths); another value means another layout.
    empty: what follows the COPY header when there are no records.
    """

    prefix: int
    record: np.dtype[np.void]
    constants: dict[str, int]
    empty: bytes


def row_layout(columns: np.dtype[np.void]) -> Layout:
    """One record per row. columns: names and types in the order of the query, such as "i4"."""
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    constants = {"fields": len(columns.names or ())}
    for name in columns.names or ():
        kind = columns[name]
        fields += [(f"{name}_bytes", ">i4"), (name, kind.newbyteorder(">").str)]
        constants[f"{name}_bytes"] = kind.itemsize
    return Layout(_HEADER_BYTES, np.dtype(fields), constants, _TRAILER)


def array_layout(element: np.dtype[np.void]) -> Layout:
    """One row with one array column, one record per element; a NULL array has no records.

    element: how the bytes of an element are read, such as one int8 as two "i4".
    """
    fields = [(name, element[name].newbyteorder(">").str) for name in element.names or ()]
    return Layout(
        prefix=_HEADER_BYTES + 2 + 4 + _ARRAY_HEADER_BYTES,  # field count and length of the field
        record=np.dtype([("bytes", ">i4"), *fields]),
        constants={"bytes": element.itemsize},
        empty=(1).to_bytes(2, "big") + _NULL + _TRAILER,
    )


async def column_types(connection: Connection, query: str) -> tuple[str, ...]:
    """The names of the types of the query's columns, as in pg_type."""
    prepared = await connection.prepare(query)
    return tuple(column.type.name for column in prepared.get_attributes())


async def expected_rows(connection: Connection, query: str, *args: Any) -> int:
    """The planner's estimate of how many rows the query returns."""
    [plan] = json.loads(await connection.fetchval(f"EXPLAIN (FORMAT JSON) {query}", *args))
    return int(plan["Plan"]["Plan Rows"])


async def read_records(
    connection: Connection,
    query: str,
    *args: Any,
    layout: Layout,
    convert: Callable[[Records], T],
) -> list[T]:
    """Copy the query's result; `convert` is called with each batch of records as it arrives.

    Only the converted batches are kept, in the order of the query. Raises BinaryCopyError; the
    connection can be used afterwards.
    """
    reader = _Reader(layout, convert)
    await connection.copy_from_query(query, *args, output=reader.write, format="binary")
    return reader.finish()


class _Reader(Generic[T]):
    def __init__(self, layout: Layout, convert: Callable[[Records], T]) -> None:
        self._layout, self._convert = layout, convert
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._rest = b""  # received, not yet a whole record
        self._in_records = False
        self._invalid = False
        self._batches: list[T] = []

    async def write(self, data: bytes) -> None:
        # Never raises: asyncpg would leave the connection inside the COPY and hang on it.
        # PostgreSQL sends some kilobytes at a time; NumPy's overhead for each of them would cost
        # more than the conversion itself.
        self._pending.append(data)
        self._pending_bytes += len(data)
        if self._pending_bytes >= _BATCH_BYTES:
            self._convert_pending()

    def finish(self) -> list[T]:
        self._convert_pending()
        is_empty = not self._in_records and self._rest[_HEADER_BYTES:] == self._layout.empty
        if self._invalid or not (is_empty or self._rest == _TRAILER):
            raise BinaryCopyError
        return self._batches

    def _convert_pending(self) -> None:
        buffer = b"".join((self._rest, *self._pending))
        self._pending, self._pending_bytes = [], 0
        if self._invalid:
            return
        start = 0
        if not self._in_records:
            if len(buffer) < self._layout.prefix:
                self._rest = buffer
                return
            self._in_records, self._invalid = True, not buffer.startswith(_SIGNATURE)
            start = self._layout.prefix
        record = self._layout.record
        count = (len(buffer) - start) // record.itemsize
        self._rest = buffer[start + count * record.itemsize :]
        records = np.frombuffer(buffer, record, count, start)
        if all((records[name] == value).all() for name, value in self._layout.constants.items()):
            self._batches.append(self._convert(records))
        else:
            self._invalid = True
