"""Records of other shapes than votes (those: tests/consultations/test_vote_arrays.py)."""

import os
from collections.abc import AsyncIterator

import asyncpg
import numpy as np
import pytest

from enishi.kit.binary_copy import (
    BinaryCopyError,
    Records,
    array_layout,
    column_types,
    expected_rows,
    read_records,
    row_layout,
)

Connection = asyncpg.Connection
WIDE_ROWS = row_layout(np.dtype([("number", "i8"), ("half", "f8"), ("small", "i2")]))
ELEMENTS = array_layout(np.dtype([("number", "i4")]))


@pytest.fixture
async def connection() -> AsyncIterator[Connection]:
    found = await asyncpg.connect(os.environ["ENISHI_DATABASE_URL"])
    try:
        yield found
    finally:
        await found.close()


def numbers(records: Records) -> list[int]:
    return [int(number) for number in records["number"]]


async def test_rows_of_any_fixed_width_arrive_in_batches_and_in_order(
    connection: Connection,
) -> None:
    query = "SELECT i * 4000000000, i / 2.0::float8, 7::int2 FROM generate_series(1, 60000::int8) i"
    assert await column_types(connection, query) == ("int8", "float8", "int2")
    assert await expected_rows(connection, query) == 60_000
    batches = await read_records(connection, query, layout=WIDE_ROWS, convert=np.copy)
    assert len(batches) > 1
    records = np.concatenate(batches)
    assert records["number"].tolist() == [4_000_000_000 * i for i in range(1, 60_001)]
    assert records["half"][:3].tolist() == [0.5, 1.0, 1.5]
    assert set(records["small"].tolist()) == {7}


async def test_an_array_is_read_element_by_element_and_null_is_an_empty_one(
    connection: Connection,
) -> None:
    query = "SELECT array_agg(i::int4) FROM generate_series(1, $1::int4) AS i"
    assert await read_records(connection, query, 3, layout=ELEMENTS, convert=numbers) == [[1, 2, 3]]
    assert await read_records(connection, query, 0, layout=ELEMENTS, convert=numbers) == []


@pytest.mark.parametrize(
    "query",
    ["SELECT ARRAY[1, NULL]::int4[]", "SELECT ARRAY[1, 2]::int8[]", "SELECT 1", "SELECT 1, 2"],
)
async def test_another_layout_is_refused_and_the_connection_stays_usable(
    connection: Connection, query: str
) -> None:
    with pytest.raises(BinaryCopyError):
        await read_records(connection, query, layout=ELEMENTS, convert=numbers)
    assert await connection.fetchval("SELECT 1") == 1
