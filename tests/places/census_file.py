"""A made-up census in e-Stat's own layout, with every place of its day and all sums right."""

from datetime import date
from pathlib import Path

from enishi.places.figures import AGE_GROUPS
from enishi.places.gazetteer import gazetteer
from enishi.places.schemas import Place, PlaceKind

AGES = [f"{age}～{age + 4}歳" for age in AGE_GROUPS[:-1]] + ["100歳以上"]
COLUMNS = [
    "表章事項 コード",
    "表章事項",
    "時間軸（年次） コード",
    "時間軸（年次）",
    "男女 コード",
    "男女",
    "国籍総数か日本人 コード",
    "国籍総数か日本人",
    "全国，都道府県，市区町村（2000年市区町村含む） コード",
    "全国，都道府県，市区町村（2000年市区町村含む）",
    "/年齢",
    "総数",
    *AGES,
    "年齢「不詳」",
    "（再掲）15歳未満",
    "（再掲）15～64歳",
    "（再掲）65歳以上",
    "（再掲）75歳以上",
]
FIRST_LINE = 11  # of the column names
Row = list[str]


def census_rows(year: int) -> list[Row]:
    """The lines of the table, both sexes first, as lists of cells."""
    day = date(year, 10, 1)
    known = [place for place in gazetteer().by_code.values() if place.is_valid(day)]
    people: dict[tuple[str, int], list[int]] = {}
    for sex in (1, 2):
        for place in known:
            if place.kind is not PlaceKind.PREFECTURE and not _wards(place, known):
                _add(people, place, sex, _people_of(place, sex))
    names = {"00000": "全国"} | {place.code[:5]: place.name for place in known}
    rows = []
    for sex, word in enumerate(("総数", "男", "女")):
        for five, name in names.items():
            groups = people[five, sex]
            start = ["2020_01", "人口【人】", f"{year}000000", f"{year}年", str(sex), word]
            rows.append([*start, "0", "国籍総数", five, name, "", *_cells(groups)])
    return rows


def _wards(place: Place, known: list[Place]) -> bool:
    if place.kind is not PlaceKind.DESIGNATED_CITY:
        return False
    return any(each.parent_code == place.code for each in known)


def _people_of(place: Place, sex: int) -> list[int]:
    seed = int(place.code) + sex
    return [(seed * (at + 3)) % 977 for at in range(len(AGES))] + [seed % 5]


def _add(
    people: dict[tuple[str, int], list[int]], place: Place, sex: int, groups: list[int]
) -> None:
    codes = {place.code[:5], (place.parent_code or "")[:5], place.prefecture_code[:5], "00000"}
    for code in codes:
        for key in ((code, sex), (code, 0)):
            so_far = people.setdefault(key, [0] * len(groups))
            people[key] = [a + b for a, b in zip(so_far, groups, strict=True)]


def _cells(groups: list[int]) -> list[str]:
    *ages, unknown = groups
    numbers = [sum(groups), *ages, unknown, sum(ages[:3]), sum(ages[3:13]), sum(ages[13:])]
    return [f"{number:,}" if number else "-" for number in [*numbers, sum(ages[15:])]]


def census_text(rows: list[Row], year: int, *, columns: list[str] = COLUMNS) -> str:
    head = [
        ["統計名：", f"{year}年国勢調査 人口等基本集計"],
        ["表番号：", "2-7-1"],
        ["表題：", "男女，年齢（5歳階級）別人口"],
        ["実施年月：", f"{year}年", "10月"],
        ["市区町村時点（年月日）：", "-"],
        [],
        ["***", "当該数値がないもの"],
        ["-", "当該数値がないもの"],
        [],
        ["", "", "", "/年齢 コード"],
        columns,
    ]
    return "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in [*head, *rows])


def write_census(folder: Path, rows: list[Row], year: int = 2025) -> Path:
    path = folder / f"census-{year}.csv"
    path.write_text(census_text(rows, year), encoding="utf-8-sig")
    return path
