"""Reader of the census as e-Stat publishes it: population by sex and five-year age group.

Table 2-7-1 of the census (国勢調査 人口等基本集計) as CSV in UTF-8: lines about the table, a line
of column names, then a line for each sex and place. A file is read as a whole or refused with the
line and the reason: every sum that the table contains is checked.
"""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from enishi.places.census_sums import NATION, Line, Lines, check_sums
from enishi.places.codes import with_check_digit
from enishi.places.errors import CensusError
from enishi.places.figures import AGE_GROUPS, AgeClasses, Figures, Sex
from enishi.places.gazetteer import Gazetteer
from enishi.places.schemas import PlaceKind

_GROUPS = [f"{age}～{age + 4}歳" for age in AGE_GROUPS[:-1]] + [f"{AGE_GROUPS[-1]}歳以上"]
_UNKNOWN = "年齢「不詳」"
_TOTAL = "総数"
# Three subtotals of the table, as spans of age groups.
_RECAPS = {
    "（再掲）15歳未満": slice(0, 3),
    "（再掲）15～64歳": slice(3, 13),
    "（再掲）65歳以上": slice(13, None),
}
_SEX, _NATIONALITY = "男女 コード", "国籍総数か日本人 コード"
_SEXES = {"0": None, "1": Sex.MALE, "2": Sex.FEMALE}
_ALL_NATIONALITIES = "0"
_FORMER_MUNICIPALITY = "（旧："
_SPECIAL_WARDS = "13100"  # 特別区部, the sum of the 23: not a place
_LONGEST_FILE = 100_000_000  # bytes; the one of 2020 has 3.7 million

_Cells = list[str]


@dataclass(frozen=True)
class _Head:
    about: dict[str, list[str]]
    # Column name -> position; `place` is the position of the code, the name follows it.
    columns: dict[str, int]
    place: int

    def cell(self, cells: _Cells, column: str) -> str:
        return cells[self.columns[column]]


def read(path: Path, places: Gazetteer) -> Figures:
    """Raises CensusError, and OSError when the file cannot be opened."""
    if path.stat().st_size > _LONGEST_FILE:
        raise CensusError(path.name, None, "it is far too large for a census table")
    content = path.read_bytes()
    rows = _rows(path.name, content)
    head = _head(path.name, rows)
    day = _reference_date(path.name, head)
    known = {place.code: place for place in places.by_code.values() if place.is_valid(day)}
    lines: dict[tuple[str, Sex | None], Line] = {}
    for number, cells in rows:
        if len(cells) != len(head.columns):
            raise CensusError(
                path.name,
                number,
                f"{len(cells)} columns instead of {len(head.columns)}: is the file cut off?",
            )
        if not _is_wanted(head, cells):
            continue
        code, sex = _key(path.name, number, head, cells)
        if code not in known and code != NATION:
            name = cells[head.place + 1]
            raise CensusError(path.name, number, f"no place had the code {code} ({name}) on {day}")
        if (code, sex) in lines:
            before = lines[code, sex].number
            raise CensusError(path.name, number, f"{code} is in line {before} already")
        lines[code, sex] = _line(path.name, number, head, cells)
    check_sums(path.name, lines, known.values())
    prefectures = [code for code, place in known.items() if place.kind is PlaceKind.PREFECTURE]
    return Figures(
        statistic="census",
        title=_about(path.name, head, "統計名"),
        table_number=_about(path.name, head, "表番号"),
        reference_date=day,
        version=hashlib.sha256(content).hexdigest(),
        classes={code: _classes(lines[code, None]) for code in known},
        groups={(code, sex): _groups(lines, code, sex) for code in prefectures for sex in Sex},
    )


def _rows(file: str, content: bytes) -> Iterator[tuple[int, _Cells]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CensusError(file, line, "it is not UTF-8; save the CSV as UTF-8") from error
    reader = csv.reader(text.splitlines(), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise CensusError(file, reader.line_num, f"it is no CSV ({error})") from error


def _head(file: str, rows: Iterator[tuple[int, _Cells]]) -> _Head:
    about: dict[str, list[str]] = {}
    for number, cells in rows:
        if _TOTAL not in cells:
            if cells:
                about[cells[0].rstrip("：:")] = cells[1:]
            continue
        # Some exports write the wave dash where others have the full-width tilde.
        names = [cell.replace("〜", "～") for cell in cells]
        columns = {name: position for position, name in enumerate(names)}
        place = next(
            (at for name, at in columns.items() if name.startswith("全国") and "コード" in name),
            None,
        )
        wanted = [_SEX, _NATIONALITY, _TOTAL, *_GROUPS, _UNKNOWN, *_RECAPS]
        missing = [name for name in wanted if name not in columns]
        if place is None:
            missing.append("全国，都道府県，市区町村 … コード")
        if missing or place is None:
            raise CensusError(file, number, f"columns are missing: {', '.join(missing)}")
        if len(columns) != len(names):
            raise CensusError(file, number, "two columns have the same name")
        return _Head(about, columns, place)
    raise CensusError(file, None, f"no line of column names (with {_TOTAL}) was found")


def _about(file: str, head: _Head, name: str) -> str:
    cells = head.about.get(name)
    if not cells or not cells[0]:
        raise CensusError(file, None, f"the line {name} is missing above the table")
    return cells[0]


def _reference_date(file: str, head: _Head) -> date:
    if "国勢調査" not in _about(file, head, "統計名"):
        raise CensusError(file, None, "this is not the census (国勢調査)")
    moment = "".join(head.about.get("実施年月", []))
    year, _, month = moment.removesuffix("月").partition("年")
    if not (year.isascii() and year.isdecimal() and month == "10"):
        raise CensusError(file, None, f"its month (実施年月) is {moment!r}, not an October")
    # 国勢調査令: the census counts the residents of a place at 00:00 on 1 October.
    return date(int(year), 10, 1)


def _is_wanted(head: _Head, cells: _Cells) -> bool:
    return (
        head.cell(cells, _NATIONALITY) == _ALL_NATIONALITIES
        and cells[head.place] != _SPECIAL_WARDS
        and not cells[head.place + 1].startswith(_FORMER_MUNICIPALITY)
    )


def _key(file: str, number: int, head: _Head, cells: _Cells) -> tuple[str, Sex | None]:
    five, sex = cells[head.place], head.cell(cells, _SEX)
    if sex not in _SEXES:
        raise CensusError(file, number, f"{sex!r} is not the code of a sex")
    if five == NATION[:5]:
        return NATION, _SEXES[sex]
    try:
        return with_check_digit(five), _SEXES[sex]
    except ValueError:
        raise CensusError(file, number, f"{five!r} is not the code of a place") from None


def _line(file: str, number: int, head: _Head, cells: _Cells) -> Line:
    def people(column: str) -> int:
        text = head.cell(cells, column)
        digits = text.replace(",", "")
        if text == "-":
            return 0
        if not (digits.isascii() and digits.isdecimal()):
            raise CensusError(file, number, f"{column} is {text!r}, which is not a number")
        return int(digits)

    groups = tuple(people(column) for column in _GROUPS)
    line = Line(number, cells[head.place + 1], people(_TOTAL), groups, people(_UNKNOWN))
    if sum(groups) + line.unknown != line.total:
        raise CensusError(
            file,
            number,
            f"{line.name}: the ages add up to {sum(groups) + line.unknown:,}, "
            f"the line says {line.total:,}",
        )
    for column, span in _RECAPS.items():
        if sum(groups[span]) != people(column):
            raise CensusError(
                file,
                number,
                f"{line.name}: {column} is {people(column):,}, its ages {sum(groups[span]):,}",
            )
    return line


def _classes(line: Line) -> AgeClasses:
    young, working, old = (sum(line.groups[span]) for span in _RECAPS.values())
    return AgeClasses(line.total, young, working, old, line.unknown)


def _groups(lines: Lines, code: str, sex: Sex) -> tuple[int, ...]:
    line = lines[code, sex]
    return (*line.groups, line.unknown)
