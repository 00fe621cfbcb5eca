"""Votes from PostgreSQL as the arrays that `enishi.landscape` takes.

The caller passes the query. Packing the votes into one array is the fastest transfer; a result that
PostgreSQL estimates to be very large is copied row by row, because packing takes server memory.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from enishi.kit.binary_copy import (
    BinaryCopyError,
    Connection,
    Records,
    array_layout,
    column_types,
    expected_rows,
    read_records,
    row_layout,
)

VoteColumns = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int8]]

MAX_PACKED_VOTES = 20_000_000
"""More votes are copied row by row: packing takes about 30 bytes of the server's memory each."""
_TYPES = ("int4", "int4", "int2")
_STATEMENT_LIMIT = 1 << 29
# An int8: 32 bits of participant, 29 of statement, 3 of vote + 1; NULL for values out of range.
_PACKED = f"""
SELECT array_agg(CASE WHEN statement BETWEEN 0 AND {_STATEMENT_LIMIT - 1} AND vote BETWEEN -1 AND 1
    THEN (participant::int8 << 32) | (statement::int8 << 3) | (vote + 1) END)
FROM ({{query}}) AS given (participant, statement, vote)
"""  # noqa: S608 (made of constants)
_PACKED_LAYOUT = array_layout(np.dtype([("participant", "i4"), ("statement_and_vote", "i4")]))
_ROW_LAYOUT = row_layout(np.dtype([("participant", "i4"), ("statement", "i4"), ("vote", "i2")]))


class VoteColumnsError(ValueError):
    """The query does not deliver (int4, int4, int2) without NULL."""

    def __init__(self) -> None:
        super().__init__(
            "every row must be (int4, int4, int2) without NULL, the statement from 0 to"
            f" {_STATEMENT_LIMIT - 1}, the vote -1, 0 or 1"
        )


async def load_votes(connection: Connection, query: str, *args: Any) -> VoteColumns:
    """Load participant (int32), statement (int32) and vote (int8), in the order of the query.

    The query must deliver exactly (int4, int4, int2), none of them NULL, statements from 0 to
    2^29 - 1 and votes of -1, 0 and 1: cast in it, and ORDER BY the time of the vote where pairs may
    repeat. Memory: the 12 bytes per vote of the stream become 9 as they arrive.
    Raises VoteColumnsError.
    """
    if await column_types(connection, query) != _TYPES:
        raise VoteColumnsError
    if await expected_rows(connection, query, *args) > MAX_PACKED_VOTES:
        layout, convert = _ROW_LAYOUT, _rows
    else:
        layout, convert, query = _PACKED_LAYOUT, _unpacked, _PACKED.format(query=query)
    try:
        batches = await read_records(connection, query, *args, layout=layout, convert=convert)
    except BinaryCopyError as error:
        raise VoteColumnsError from error
    if not batches:
        return np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int8)
    participants, statements, votes = zip(*batches, strict=True)
    del batches
    return np.concatenate(participants), np.concatenate(statements), np.concatenate(votes)


def _rows(records: Records) -> VoteColumns:
    return (
        records["participant"].astype(np.int32),
        records["statement"].astype(np.int32),
        records["vote"].astype(np.int8),
    )


def _unpacked(records: Records) -> VoteColumns:
    packed = records["statement_and_vote"].astype(np.int32)
    statements = (packed.view(np.uint32) >> 3).view(np.int32)
    votes = (packed.astype(np.int8) & np.int8(7)) - np.int8(1)
    return records["participant"].astype(np.int32), statements, votes
