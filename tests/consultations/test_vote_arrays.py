"""Votes from a real PostgreSQL by binary COPY, packed into an array and row by row."""

import os
from collections.abc import AsyncIterator

import asyncpg
import numpy as np
import pytest

from enishi.consultations.vote_arrays import VoteColumnsError, load_votes


@pytest.fixture
async def connection() -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    found = await asyncpg.connect(os.environ["ENISHI_DATABASE_URL"])
    try:
        yield found
    finally:
        await found.close()


@pytest.fixture(params=["packed", "row by row"], autouse=True)
def transfer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "row by row":
        monkeypatch.setattr("enishi.consultations.vote_arrays.MAX_PACKED_VOTES", 0)


async def test_rows_arrive_in_the_order_of_the_query(
    connection: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    query = """
        SELECT i::int4, (i % 7)::int4, (i % 3 - 1)::int2
        FROM generate_series(1, 200000) AS i ORDER BY i DESC
    """
    people, statements, votes = await load_votes(connection, query)
    numbers = np.arange(200_000, 0, -1)
    assert (people == numbers).all()
    assert (statements == numbers % 7).all()
    assert (votes == numbers % 3 - 1).all()
    assert (people.dtype, statements.dtype, votes.dtype) == (np.int32, np.int32, np.int8)


async def test_no_rows_are_no_votes_and_arguments_are_passed(
    connection: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    query = "SELECT 1::int4, 2::int4, 1::int2 WHERE $1::int4 = 1"
    assert [len(column) for column in await load_votes(connection, query, 2)] == [0, 0, 0]
    assert [column.tolist() for column in await load_votes(connection, query, 1)] == [[1], [2], [1]]


@pytest.mark.parametrize(
    "row",
    [
        "1::int8, 2::int4, 1::int2",
        "1::int4, NULL::int4, 1::int2",
        "NULL::int4, 2::int4, 1::int2",
        "1::int4, 2::int4, NULL::int2",
        "1::int4, 2::int4",
        "1::int4, 2::int4, 1::int2, 5::int4",
    ],
)
async def test_rows_of_another_shape_are_refused(
    connection: "asyncpg.Connection[asyncpg.Record]", row: str
) -> None:
    with pytest.raises(VoteColumnsError, match="int4, int4, int2"):
        await load_votes(connection, f"SELECT {row} FROM generate_series(1, 3)")  # noqa: S608


async def test_extreme_values_arrive_unchanged(
    connection: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    rows = [(2**31 - 1, 2**29 - 1, 1), (-(2**31), 0, -1), (0, 2**29 - 1, 0), (-1, 1, 1)]
    values = ", ".join(f"(({a})::int4, ({b})::int4, ({c})::int2)" for a, b, c in rows)
    columns = await load_votes(connection, f"SELECT * FROM (VALUES {values}) AS v")  # noqa: S608
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == rows


async def test_values_out_of_range_are_refused_and_the_connection_stays_usable(
    connection: "asyncpg.Connection[asyncpg.Record]", request: pytest.FixtureRequest
) -> None:
    if "packed" not in request.node.name:
        return
    for row in ("1, -1, 1::int2", f"1, {2**29}, 1::int2", "1, 1, 2::int2"):
        with pytest.raises(VoteColumnsError):
            await load_votes(connection, f"SELECT {row}")
    assert await connection.fetchval("SELECT 1") == 1
