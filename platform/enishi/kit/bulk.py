"""Insert many rows by COPY BINARY from NumPy columns, without a Python object for each row.

For hundreds of thousands of rows (the sample content). Each domain declares in its `bulk.py` which
of its tables and columns may be filled this way.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from enishi.kit import db

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]

_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TRAILER = b"\xff\xff"
_NULL = -1
# From 1970-01-01 to 2000-01-01, the epoch of PostgreSQL.
_EPOCH_DAYS = 10_957
_EPOCH_MICROSECONDS = _EPOCH_DAYS * 86_400_000_000
_VARCHAR_OID, _TEXT_OID = 1043, 25


@dataclass(frozen=True)
class BulkTable:
    """A table and the columns to fill; the others take their defaults."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """One value for each row. bytes: (rows, widest), of which the first `lengths` are used.

    A length of -1 is NULL.
    """

    bytes: Bytes
    lengths: npt.NDArray[np.int32]


def uuids(values: Bytes, missing: Mask | None = None) -> Column:
    """`values` is (rows, 16)."""
    return _fixed(values, missing)


def integers(values: Integers, size: int, missing: Mask | None = None) -> Column:
    """Values of smallint, integer or bigint: `size` is 2, 4 or 8 bytes."""
    return _fixed(_big_endian(values, size), missing)


def instants(microseconds: Integers, missing: Mask | None = None) -> Column:
    """Values of timestamptz, from microseconds since 1970, UTC."""
    return _fixed(_big_endian(np.asarray(microseconds) - _EPOCH_MICROSECONDS, 8), missing)


def days(numbers: Integers) -> Column:
    """Dates from days since 1970."""
    return _fixed(_big_endian(np.asarray(numbers) - _EPOCH_DAYS, 4), None)


def flags(values: Integers) -> Column:
    return _fixed(np.asarray(values, bool).astype(np.uint8)[:, None], None)


def words(codes: Integers, vocabulary: Sequence[bytes | None]) -> Column:
    """Values out of a vocabulary: `codes` are indexes into it; None in it is NULL."""
    lengths = np.array([_NULL if each is None else len(each) for each in vocabulary], np.int32)
    widest = max(int(lengths.max(initial=0)), 0)
    matrix = np.zeros((len(vocabulary), widest), np.uint8)
    for row, each in enumerate(vocabulary):
        if each:
            matrix[row, : len(each)] = np.frombuffer(each, np.uint8)
    chosen = np.asarray(codes, np.int64)
    return Column(matrix[chosen], lengths[chosen])


def texts(values: Sequence[str | None]) -> Column:
    encoded = [None if each is None else each.encode() for each in values]
    return words(np.arange(len(values)), encoded)


def documents(values: Sequence[str | None]) -> Column:
    """Values of jsonb, from JSON texts."""
    encoded = [None if each is None else b"\x01" + each.encode() for each in values]
    return words(np.arange(len(values)), encoded)


def same(value: str | None, rows: int) -> Column:
    """The same text in every row."""
    return words(np.zeros(rows, np.int64), [None if value is None else value.encode()])


def array_of(values: Sequence[str], *, varchar: bool = False) -> bytes:
    """A text[] (or varchar[]) value, for `words`."""
    oid = _VARCHAR_OID if varchar else _TEXT_OID
    if not values:
        return _ints(0, 0, oid)
    parts = [_ints(1, 0, oid, len(values), 1)]
    for each in values:
        encoded = each.encode()
        parts += [_ints(len(encoded)), encoded]
    return b"".join(parts)


def encode(columns: Sequence[Column]) -> bytes:
    """The rows in the format of COPY BINARY, without header and trailer."""
    rows = len(columns[0].lengths)
    if all((each.lengths == each.bytes.shape[1]).all() for each in columns):
        return _encode_fixed(columns, rows)
    sizes = 2 + sum(4 + np.maximum(each.lengths, 0).astype(np.int64) for each in columns)
    ends = np.cumsum(sizes)
    out = np.zeros(int(ends[-1]) if rows else 0, np.uint8)
    at = ends - sizes
    out[at + 1] = len(columns)
    at = at + 2
    for each in columns:
        out[at[:, None] + np.arange(4)] = _big_endian(each.lengths, 4)
        at = at + 4
        inside = np.arange(each.bytes.shape[1]) < each.lengths[:, None]
        positions = at[:, None] + np.arange(each.bytes.shape[1])
        out[positions[inside]] = each.bytes[inside]
        at = at + np.maximum(each.lengths, 0)
    return out.tobytes()


async def copy(table: BulkTable, columns: Mapping[str, Column]) -> int:
    """Append rows, inside the caller's unit of work; returns their number."""
    if set(columns) != set(table.columns):
        raise ValueError(f"{table.name} takes {table.columns}, not {tuple(columns)}")
    ordered = [columns[name] for name in table.columns]
    rows = len(ordered[0].lengths)
    if any(len(each.lengths) != rows for each in ordered):
        raise ValueError(f"the columns of {table.name} differ in length")
    transaction = db.DB.current_transaction.get()
    if transaction is None:
        raise RuntimeError(f"{table.name} was filled outside a unit of work")
    if rows:
        await transaction.connection.copy_to_table(
            table.name,
            source=io.BytesIO(_HEADER + encode(ordered) + _TRAILER),
            columns=list(table.columns),
            format="binary",
        )
    return rows


def _fixed(values: Bytes, missing: Mask | None) -> Column:
    lengths = np.full(len(values), values.shape[1], np.int32)
    if missing is not None:
        lengths[missing] = _NULL
    return Column(values, lengths)


def _big_endian(values: Integers, size: int) -> Bytes:
    swapped = np.ascontiguousarray(values, dtype=f">i{size}")
    return swapped.view(np.uint8).reshape(len(swapped), size)


def _encode_fixed(columns: Sequence[Column], rows: int) -> bytes:
    parts = [np.tile(np.array([0, len(columns)], np.uint8), (rows, 1))]
    for each in columns:
        parts += [_big_endian(each.lengths, 4), each.bytes]
    return np.concatenate(parts, axis=1).tobytes()


def _ints(*values: int) -> bytes:
    return b"".join(value.to_bytes(4, "big", signed=True) for value in values)
