"""The municipalities of a postal code: nearly always one, sometimes two or three."""

import gzip
import re
import unicodedata
from array import array
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from functools import cache

from enishi.places.codes import with_check_digit
from enishi.places.gazetteer import DATA

_FILE = DATA / "postal.txt.gz"
_DIGITS = 7
_SHORTEST = 3
_TYPED = re.compile(r"〒?\s*([0-9]{3})[\s‐-―−ーｰ-]*([0-9]{0,4})")


@dataclass(frozen=True)
class _Table:
    """Parallel columns ordered by postal code, with one entry for each municipality of a code."""

    # Quoted: arrays take no parameter at run time before Python 3.12.
    postal: "array[int]"
    place: "array[int]"
    codes: tuple[str, ...]


@cache
def _table() -> _Table:
    text = gzip.decompress(_FILE.read_bytes()).decode()
    codes: list[str] = []
    pairs: list[tuple[int, int]] = []
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        five, *gaps = line.split()
        postal = 0
        for gap in gaps:
            step, _, times = gap.partition("*")
            for _ in range(int(times or 1)):
                postal += int(step)
                pairs.append((postal, len(codes)))
        codes.append(with_check_digit(five))
    pairs.sort()
    return _Table(
        array("I", (postal for postal, _ in pairs)),
        array("H", (place for _, place in pairs)),
        tuple(codes),
    )


def read_postal_code(typed: str) -> str | None:
    """The digits (3 to 7) of a text that is a postal code or its beginning, else None."""
    match = _TYPED.fullmatch(unicodedata.normalize("NFKC", typed).strip())
    return match[1] + match[2] if match else None


def list_place_codes(digits: str) -> list[str]:
    """Municipalities and wards whose postal codes have this prefix, most entries first."""
    if not _SHORTEST <= len(digits) <= _DIGITS or not digits.isdecimal():
        return []
    table = _table()
    width = 10 ** (_DIGITS - len(digits))
    first = int(digits) * width
    begin, end = bisect_left(table.postal, first), bisect_left(table.postal, first + width)
    return [table.codes[place] for place, _ in Counter(table.place[begin:end]).most_common()]
