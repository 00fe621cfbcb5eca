"""The table of places: immutable, in memory, read once from the file that ships with the code."""

import csv
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from enishi.places import codes
from enishi.places.schemas import Place, PlaceKind, Region

DATA = Path(__file__).parent / "data"
_FILE = DATA / "places.tsv"

_Row = dict[str, str]


class Gazetteer:
    """All places by code and by prefecture or city; each list is ordered by code."""

    def __init__(self, places: Iterable[Place], version: str) -> None:
        self.version = version
        self.by_code: Mapping[str, Place] = {place.code: place for place in places}
        municipalities: dict[str, list[Place]] = defaultdict(list)
        wards: dict[str, list[Place]] = defaultdict(list)
        for place in self.by_code.values():
            if place.is_municipality:
                municipalities[place.prefecture_code].append(place)
            elif place.kind is PlaceKind.WARD:
                wards[place.parent_code or ""].append(place)
        self.prefectures = tuple(
            place for place in self.by_code.values() if place.kind is PlaceKind.PREFECTURE
        )
        self.municipalities = {code: tuple(found) for code, found in municipalities.items()}
        self.wards = {code: tuple(found) for code, found in wards.items()}


@cache
def gazetteer() -> Gazetteer:
    content = _FILE.read_bytes()
    lines = [line for line in content.decode().splitlines() if not line.startswith("#")]
    rows = {row["code"]: row for row in csv.DictReader(lines, delimiter="\t")}
    in_japanese = _Labels(rows, _label_ja)
    in_english = _Labels(rows, _label_en)
    places = [_place(row, in_japanese.of(row), in_english.of(row)) for row in rows.values()]
    return Gazetteer(places, hashlib.sha256(content).hexdigest())


def _place(row: _Row, label_ja: str, label_en: str) -> Place:
    return Place(
        code=row["code"],
        kind=PlaceKind(row["kind"]),
        name=row["name"],
        kana=row["kana"],
        romaji=row["romaji"],
        name_en=row["name_en"],
        district=row["district"],
        district_kana=row["district_kana"],
        district_en=row["district_en"],
        parent_code=row["parent"] or None,
        prefecture_code=codes.prefecture_code(row["code"]),
        region=Region.of(row["code"]),
        latitude=float(row["latitude"]) if row["latitude"] else None,
        longitude=float(row["longitude"]) if row["longitude"] else None,
        valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        label_ja=label_ja,
        label_en=label_en,
    )


def _label_ja(row: _Row, parents: list[_Row], *, district: bool) -> str:
    until = _last_day(row)
    ended = f"（{until.year}年{until.month}月{until.day}日まで）" if until else ""
    above = "".join(parent["name"] for parent in parents)
    return above + (row["district"] if district else "") + row["name"] + ended


def _label_en(row: _Row, parents: list[_Row], *, district: bool) -> str:
    until = _last_day(row)
    ended = f" (until {until.day} {until:%B %Y})" if until else ""
    middle = [row["district_en"]] if district and row["district_en"] else []
    above = [parent["name_en"] for parent in reversed(parents)]
    return ", ".join([row["name_en"], *middle, *above]) + ended


def _last_day(row: _Row) -> date | None:
    end = row["valid_to"]
    return date.fromisoformat(end) - timedelta(days=1) if end else None


class _Labels:
    """Unique labels: with the district only where two places have the same short label."""

    def __init__(self, rows: Mapping[str, _Row], label: Callable[..., str]) -> None:
        self._rows = rows
        self._label = label
        self._short = Counter(
            label(row, self._parents(row), district=False) for row in rows.values()
        )

    def of(self, row: _Row) -> str:
        parents = self._parents(row)
        short = self._label(row, parents, district=False)
        return short if self._short[short] == 1 else self._label(row, parents, district=True)

    def _parents(self, row: _Row) -> list[_Row]:
        parents: list[_Row] = []
        while row["parent"]:
            row = self._rows[row["parent"]]
            parents.insert(0, row)
        return parents
