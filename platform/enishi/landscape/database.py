"""Loads votes from PostgreSQL into arrays by COPY BINARY: no Python object for a vote.

Knows no table: the caller passes a query of three fixed-width columns. PostgreSQL takes a quarter
of a microsecond for each row that it sends, whatever is in it, so it is asked for one row with
everything: an array of packed votes. That takes memory of the server, so queries that it expects
to be very large are copied row by row.
"""

import json
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

MOST_IN_ONE = 20_000_000
"""Votes that the server may gather: about 30 bytes of its memory each."""
_SIGNATURE = b"PGCOPY\n\xff\r\n\x00"
_HEADER = len(_SIGNATURE) + 8  # flags and the length of an extension area
_TRAILER = b"\xff\xff"
_BATCH = 1 << 20  # bytes
_STATEMENTS = 1 << 29
_TYPES = ("int4", "int4", "int2")
# 32 bits of participant, 29 of statement, 3 of vote + 1; NULL for what does not fit.
_PACKED = f"""
SELECT array_agg(CASE WHEN statement BETWEEN 0 AND {_STATEMENTS - 1} AND vote BETWEEN -1 AND 1
    THEN (participant::int8 << 32) | (statement::int8 << 3) | (vote + 1) END)
FROM ({{query}}) AS given (participant, statement, vote)
"""  # noqa: S608 (made of constants)

Columns = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int8]]


class LoadError(ValueError):
    """The query does not deliver (int4, int4, int2) without NULL."""

    def __init__(self) -> None:
        super().__init__(
            "every row must be (int4, int4, int2) without NULL, the statement from 0 to"
            f" {_STATEMENTS - 1}, the vote -1, 0 or 1"
        )


class Connection(Protocol):
    """What is used of asyncpg.Connection."""

    async def prepare(self, query: str) -> Any: ...
    async def fetchval(self, query: str, *args: Any) -> Any: ...
    async def copy_from_query(self, query: str, *args: Any, output: Any, format: str) -> str: ...  # noqa: A002


async def load_votes(connection: Connection, query: str, *args: Any) -> Columns:
    """Load participant (int32), statement (int32) and vote (int8), in the order of the query.

    The query must deliver exactly (int4, int4, int2), none of them NULL, statements from 0 to
    2^29 - 1 and votes of -1, 0 and 1: cast in it, and ORDER BY the time of the vote where pairs may
    repeat. Memory: the 12 bytes a vote of the stream become 9 as they arrive.
    Raises LoadError.
    """
    prepared = await connection.prepare(query)
    if tuple(column.type.name for column in prepared.get_attributes()) != _TYPES:
        raise LoadError
    [plan] = json.loads(await connection.fetchval(f"EXPLAIN (FORMAT JSON) {query}", *args))
    if plan["Plan"]["Plan Rows"] > MOST_IN_ONE:
        sink = _Sink(_ROWS)
    else:
        sink, query = _Sink(_ARRAY), _PACKED.format(query=query)
    await connection.copy_from_query(query, *args, output=sink.write, format="binary")
    return sink.columns()


@dataclass(frozen=True)
class _Layout:
    """How votes stand in the stream: `prefix` bytes, then one `item` a vote. Big-endian."""

    prefix: int
    item: np.dtype[Any]
    fixed: dict[str, int]  # fields that are the same in every item, or something is NULL

    def columns(self, items: npt.NDArray[Any]) -> Columns:
        participants = items["participant"].astype(np.int32)
        if "vote" in (items.dtype.names or ()):
            return participants, items["statement"].astype(np.int32), items["vote"].astype(np.int8)
        packed = items["statement_and_vote"].astype(np.int32)
        statements = (packed.view(np.uint32) >> 3).view(np.int32)
        return participants, statements, (packed.astype(np.int8) & np.int8(7)) - np.int8(1)


# int16 number of fields, then for each: int32 length, value.
_ROWS = _Layout(
    _HEADER,
    np.dtype(
        [
            ("fields", ">i2"),
            ("participant_bytes", ">i4"),
            ("participant", ">i4"),
            ("statement_bytes", ">i4"),
            ("statement", ">i4"),
            ("vote_bytes", ">i4"),
            ("vote", ">i2"),
        ]
    ),
    {"fields": 3, "participant_bytes": 4, "statement_bytes": 4, "vote_bytes": 2},
)
# One field: its length, then dimensions, flags, type, size and lower bound, then the elements.
_NOTHING = (1).to_bytes(2, "big") + b"\xff" * 4  # the array of no votes is NULL
_ARRAY = _Layout(
    _HEADER + 2 + 6 * 4,
    np.dtype([("bytes", ">i4"), ("participant", ">i4"), ("statement_and_vote", ">i4")]),
    {"bytes": 8},
)


class _Sink:
    def __init__(self, layout: _Layout) -> None:
        self._layout = layout
        self._waiting: list[bytes] = []
        self._size = 0
        self._rest = b""
        self._begun = False
        self._wrong = False
        self._parts: list[Columns] = []

    async def write(self, data: bytes) -> None:
        # Never raises: asyncpg would leave the connection inside the COPY, and hang on it.
        # PostgreSQL sends some kilobytes at a time; a call of NumPy for each would cost more
        # than the votes.
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
            if len(buffer) < self._layout.prefix:
                self._rest = buffer
                return
            self._begun, self._wrong = True, not buffer.startswith(_SIGNATURE)
            start = self._layout.prefix
        item = self._layout.item
        count = (len(buffer) - start) // item.itemsize
        self._rest = buffer[start + count * item.itemsize :]
        items = np.frombuffer(buffer, item, count, start)
        if all((items[name] == size).all() for name, size in self._layout.fixed.items()):
            self._parts.append(self._layout.columns(items))
        else:
            self._wrong = True

    def columns(self) -> Columns:
        self._take()
        if not self._begun and self._rest[_HEADER:] == _NOTHING + _TRAILER:
            self._rest = _TRAILER
        if self._wrong or self._rest != _TRAILER:
            raise LoadError
        if not self._parts:
            return np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int8)
        people, statements, votes = zip(*self._parts, strict=True)
        self._parts = []
        return np.concatenate(people), np.concatenate(statements), np.concatenate(votes)
