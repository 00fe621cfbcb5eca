"""Make the table of former municipalities: their names, what they belong to today, since when.

    python -m tools.build_former_places FOLDER

FOLDER has the CSV files of github.com/YuukiToriyama/merged-town-names (MIT; the changes of
municipalities from 2003 on, as Japan Post published them). Mergers from April 1999 on that are not
in them stand below. Writes platform/enishi/places/data/former.tsv.
"""

import argparse
import csv
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from enishi.kit.folding import fold
from enishi.places.gazetteer import DATA, gazetteer
from enishi.places.schemas import Place, PlaceKind

HEADER = """\
# Former municipalities of Japan, from April 1999 on. Made by tools/build_former_places.py; never
# edited by hand. Source: Japan Post's list of changes, gathered in merged-town-names (MIT), and
# mergers before that list begins.
# code: what it belongs to today; a municipality that was divided has several lines.
# since: the first day on which it was no more.
"""
COLUMNS = ("prefecture", "district", "name", "code", "since")
_DIVIDED = re.compile(r"[（(].*?[)）]")
_NAME = re.compile(r"(?:(?P<district>.+?郡))?(?P<name>.+[市区町村])")
_ERAS = {"平成": 1988, "令和": 2018}
_DATE = re.compile(r"(平成|令和)?(\d+|元)年(\d+)月(\d+)日?")

# (prefecture, day, today's municipality, former ones)
EARLIER = (
    ("兵庫県", "1999-04-01", "丹波篠山市", "多紀郡篠山町 多紀郡西紀町 多紀郡丹南町 多紀郡今田町"),
    ("新潟県", "2001-01-01", "新潟市", "西蒲原郡黒埼町"),
    ("東京都", "2001-01-21", "西東京市", "田無市 保谷市"),
    ("茨城県", "2001-04-01", "潮来市", "行方郡潮来町 行方郡牛堀町"),
    ("埼玉県", "2001-05-01", "さいたま市", "浦和市 大宮市 与野市"),
    ("岩手県", "2001-11-15", "大船渡市", "気仙郡三陸町"),
    (
        "香川県",
        "2002-04-01",
        "さぬき市",
        "大川郡津田町 大川郡大川町 大川郡志度町 大川郡寒川町 大川郡長尾町",
    ),
    ("沖縄県", "2002-04-01", "島尻郡久米島町", "島尻郡仲里村 島尻郡具志川村"),
    ("茨城県", "2002-11-01", "つくば市", "稲敷郡茎崎町"),
    ("広島県", "2003-02-03", "福山市", "沼隈郡内海町 芦品郡新市町"),
    ("広島県", "2003-03-01", "廿日市市", "佐伯郡佐伯町 佐伯郡吉和村"),
    ("宮城県", "2003-04-01", "加美郡加美町", "加美郡中新田町 加美郡小野田町 加美郡宮崎町"),
    ("静岡県", "2003-04-01", "静岡市", "清水市"),
)


@dataclass(frozen=True)
class Change:
    prefecture: str
    before: str
    after: str
    since: date


@dataclass(frozen=True, order=True)
class Former:
    """A line of the table; see HEADER."""

    prefecture: str
    district: str
    name: str
    code: str
    since: str


def read_changes(folder: Path) -> Iterator[Change]:
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                after = _DIVIDED.sub("", row["変更後"])
                for before in _several(_DIVIDED.sub("", row["変更前"])):
                    yield Change(row["都道府県"], before, after, _day(row["変更日"]))
    for prefecture, day, after, former in EARLIER:
        for before in former.split():
            yield Change(prefecture, before, after, date.fromisoformat(day))


def _several(names: str) -> list[str]:
    """三潴郡城島町・三潴町 are two names; the district stands before the first only."""
    first, *others = names.split("・")
    district = first[: first.index("郡") + 1] if "郡" in first else ""
    return [first, *(district + other for other in others)]


def _day(text: str) -> date:
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no date")
    year = 1 if match[2] == "元" else int(match[2])
    return date(year + _ERAS.get(match[1] or "", 0), int(match[3]), int(match[4]))


class Resolver:
    """Finds what a name of some day belongs to today."""

    def __init__(self, changes: list[Change]) -> None:
        self._later: dict[tuple[str, str], list[Change]] = {}
        for change in changes:
            self._later.setdefault((change.prefecture, change.before), []).append(change)
        self._today: dict[tuple[str, str], Place] = {}
        for prefecture in gazetteer().prefectures:
            for place in gazetteer().municipalities[prefecture.code]:
                self._today[prefecture.name, fold(place.name)] = place
                self._today[prefecture.name, fold(place.full_name)] = place
        self._prefectures = [place.name for place in gazetteer().prefectures]

    def find(self, prefecture: str, name: str, since: date) -> list[Place]:
        for each in self._prefectures:
            if name.startswith(each):
                prefecture, name = each, name.removeprefix(each)
        later = [c for c in self._later.get((prefecture, name), ()) if c.since > since]
        if later:
            return [place for c in later for place in self.find(c.prefecture, c.after, c.since)]
        bare = name.rpartition("郡")[2]
        for candidate in (name, bare, re.sub(r"(?<=市).+区$", "", name)):
            if found := self._today.get((prefecture, fold(candidate))):
                return [found]
        return []


def build(folder: Path) -> tuple[list[Former], list[Change]]:
    """The lines of the table, and the changes that lead nowhere."""
    changes = [each for each in read_changes(folder) if each.before != each.after]
    resolver = Resolver(changes)
    found: set[Former] = set()
    lost: list[Change] = []
    for change in changes:
        places = resolver.find(change.prefecture, change.after, change.since)
        match = _NAME.fullmatch(change.before)
        if not places or match is None:
            lost.append(change)
            continue
        for place in places:
            # A town that became a city of its name is found by today's name.
            if place.full_name != change.before:
                found.add(
                    Former(
                        _code(change.prefecture),
                        match["district"] or "",
                        match["name"],
                        place.code,
                        change.since.isoformat(),
                    )
                )
    return sorted(found), lost


def _code(prefecture: str) -> str:
    return next(
        place.code
        for place in gazetteer().prefectures
        if place.kind is PlaceKind.PREFECTURE and place.name == prefecture
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    lines, lost = build(parser.parse_args().folder)
    rows = ["\t".join(COLUMNS), *("\t".join(vars(line).values()) for line in lines)]
    (DATA / "former.tsv").write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    print(f"{len(lines)} lines")
    for change in lost:
        print(f"leads nowhere: {change}", file=sys.stderr)


if __name__ == "__main__":
    main()
