"""What each of the four ways to run a statement answers, and what each refuses."""

import pytest

from enishi.kit import db

ROWS = "SELECT n, -n AS minus FROM generate_series(1, $1::int) AS n ORDER BY n"


async def test_fetch_answers_with_all_rows() -> None:
    assert await db.fetch(ROWS, 2) == [{"n": 1, "minus": -1}, {"n": 2, "minus": -2}]
    assert await db.fetch(ROWS, 0) == []


async def test_fetch_one_answers_with_the_row_or_none() -> None:
    assert await db.fetch_one(ROWS, 1) == {"n": 1, "minus": -1}
    assert await db.fetch_one(ROWS, 0) is None


async def test_fetch_one_refuses_several_rows() -> None:
    with pytest.raises(ValueError, match="too many values"):
        await db.fetch_one(ROWS, 2)


async def test_fetch_value_answers_with_the_first_column() -> None:
    assert await db.fetch_value(ROWS, 1) == 1
    assert await db.fetch_value("SELECT NULL") is None


@pytest.mark.parametrize("rows", [0, 2])
async def test_fetch_value_refuses_any_other_number_of_rows(rows: int) -> None:
    with pytest.raises(ValueError, match="values to unpack"):
        await db.fetch_value(ROWS, rows)


async def test_execute_runs_the_statement() -> None:
    await db.execute("SELECT set_config('enishi.said', $1, true)", "yes")
    assert await db.fetch_value("SELECT current_setting('enishi.said')") == "yes"
