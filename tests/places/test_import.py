import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from tests.places.census_file import (
    COLUMNS,
    FIRST_LINE,
    Row,
    census_rows,
    census_text,
    write_census,
)

from enishi.kit import db
from enishi.places import population
from enishi.places.census import read
from enishi.places.errors import CensusError
from enishi.places.gazetteer import gazetteer


@pytest.fixture(scope="module")
def made() -> list[Row]:
    return census_rows(2025)


@pytest.fixture
def rows(made: list[Row]) -> list[Row]:
    return [list(row) for row in made]


def refusal(path: Path) -> CensusError:
    with pytest.raises(CensusError) as refused:
        read(path, gazetteer())
    return refused.value


def at(rows: list[Row], code: str, sex: str = "0") -> int:
    return next(n for n, row in enumerate(rows) if row[8] == code and row[4] == sex)


def test_a_right_file_of_another_year_is_read(tmp_path: Path, rows: list[Row]) -> None:
    figures = read(write_census(tmp_path, rows), gazetteer())

    assert figures.reference_date == date(2025, 10, 1)
    assert "221384" in figures.classes
    assert "221317" not in figures.classes
    assert len(figures.groups) == 94


def test_sums_that_are_no_places_and_former_municipalities_are_left_out(
    tmp_path: Path, rows: list[Row]
) -> None:
    rows.append([*rows[0][:8], "13100", "特別区部", "", *rows[0][11:]])
    rows.append([*rows[0][:8], "0120B", "（旧：函館市）", "", *rows[0][11:]])
    rows.append([*rows[0][:6], "1", "日本人", *rows[0][8:]])
    assert len(read(write_census(tmp_path, rows), gazetteer()).classes) == 1741 + 47 + 171


@pytest.mark.parametrize("column", ["総数", "男女 コード", "65～69歳", "年齢「不詳」", COLUMNS[8]])
def test_a_missing_column_is_named(tmp_path: Path, rows: list[Row], column: str) -> None:
    gone = COLUMNS.index(column)
    text = census_text(
        [row[:gone] + row[gone + 1 :] for row in rows],
        2025,
        columns=COLUMNS[:gone] + COLUMNS[gone + 1 :],
    )
    path = tmp_path / "census.csv"
    path.write_text(text, encoding="utf-8")

    error = refusal(path)
    assert column.partition("，")[0] in error.reason


def test_a_cut_line_is_named(tmp_path: Path, rows: list[Row]) -> None:
    path = write_census(tmp_path, rows)
    path.write_bytes(path.read_bytes()[:-40])

    error = refusal(path)
    assert error.line == FIRST_LINE + len(rows)
    assert "cut off" in error.reason or "no CSV" in error.reason


def test_a_file_cut_between_two_lines_is_refused(tmp_path: Path, rows: list[Row]) -> None:
    assert "is missing" in refusal(write_census(tmp_path, rows[:-1])).reason


def test_bad_encoding_is_refused_with_its_line(tmp_path: Path, rows: list[Row]) -> None:
    path = write_census(tmp_path, rows)
    path.write_bytes(path.read_text("utf-8-sig").encode("cp932"))

    error = refusal(path)
    assert error.line == 1
    assert "UTF-8" in error.reason


def test_an_unknown_code_is_refused_with_its_line(tmp_path: Path, rows: list[Row]) -> None:
    rows[5][8] = "01999"
    error = refusal(write_census(tmp_path, rows))
    assert error.line == FIRST_LINE + 6
    assert "019992" in error.reason or "01999" in error.reason


def test_a_code_with_letters_is_refused(tmp_path: Path, rows: list[Row]) -> None:
    rows[5][8] = "0120B"
    assert "is not the code of a place" in refusal(write_census(tmp_path, rows)).reason


def test_an_unknown_sex_is_refused(tmp_path: Path, rows: list[Row]) -> None:
    rows[5][4] = "3"
    assert "is not the code of a sex" in refusal(write_census(tmp_path, rows)).reason


@pytest.mark.parametrize("number", ["***", "", "12.5", "-1", "１２", "1e3", "X"])
def test_what_is_no_number_is_refused(tmp_path: Path, rows: list[Row], number: str) -> None:
    rows[7][12] = number
    error = refusal(write_census(tmp_path, rows))
    assert error.line == FIRST_LINE + 8
    assert "not a number" in error.reason


def test_the_same_line_twice_is_refused(tmp_path: Path, rows: list[Row]) -> None:
    rows.append(rows[3])
    error = refusal(write_census(tmp_path, rows))
    assert error.line == FIRST_LINE + len(rows)


def test_ages_that_do_not_add_up_are_refused(tmp_path: Path, rows: list[Row]) -> None:
    rows[9][12] = str(int(rows[9][12].replace(",", "").replace("-", "0")) + 1)
    error = refusal(write_census(tmp_path, rows))
    assert error.line == FIRST_LINE + 10
    assert "ages add up" in error.reason


def shift(row: Row, by: int) -> None:
    """One more person of 0-4 in a line that still adds up in itself."""
    for column in ("総数", "0～4歳", "（再掲）15歳未満"):
        cell = COLUMNS.index(column)
        row[cell] = str(int(row[cell].replace(",", "").replace("-", "0")) + by)


def test_men_and_women_that_do_not_make_the_total_are_refused(
    tmp_path: Path, rows: list[Row]
) -> None:
    shift(rows[at(rows, "01202", "1")], 1)
    assert "men and women" in refusal(write_census(tmp_path, rows)).reason


def test_parts_that_do_not_make_the_whole_are_refused(tmp_path: Path, rows: list[Row]) -> None:
    for sex in ("0", "1"):
        shift(rows[at(rows, "01202", sex)], 1)
    error = refusal(write_census(tmp_path, rows))
    assert "its parts" in error.reason
    assert error.reason.startswith("北海道")


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("国勢調査", "住民基本台帳", "not the census"),
        ("10月", "4月", "not an October"),
        ("表番号：", "番号：", "表番号"),
        ("総数", "合計", "column names"),
    ],
)
def test_another_table_is_refused(
    tmp_path: Path, rows: list[Row], before: str, after: str, reason: str
) -> None:
    path = write_census(tmp_path, rows)
    path.write_text(path.read_text("utf-8-sig").replace(before, after), encoding="utf-8")
    assert reason in refusal(path).reason


def run(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "enishi.cli", "import", "population", str(path)],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ,
    )


async def test_the_command_imports_once_and_a_damaged_file_leaves_nothing_behind(
    own_database: None, tmp_path: Path, rows: list[Row]
) -> None:
    before = await db.fetch("SELECT * FROM places_population_source")
    damaged = run(write_census(tmp_path, rows[:-1]))
    assert damaged.returncode == 1
    assert "census-2025.csv" in damaged.stderr
    assert await db.fetch("SELECT * FROM places_population_source") == before

    path = write_census(tmp_path, rows)
    first, second = run(path), run(path)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert first.stdout.startswith("Imported 2025-10-01: 1,959 places")
    assert second.stdout.startswith("Nothing to do")

    now = await population.find_population("221384", date(2026, 1, 1))
    earlier = await population.find_population("131016", date(2025, 9, 30))
    assert now is not None
    assert now.source.reference_date == date(2025, 10, 1)
    assert earlier is not None
    assert earlier.source.reference_date == date(2020, 10, 1)
