"""Former municipalities by name: what they belong to today, and since when.

A name is found as a whole only, with or without its district and prefecture. Where it is that of
several, or of a municipality that was divided, all of today's are given.
"""

import csv
from datetime import date
from functools import cache

from enishi.places.gazetteer import DATA, gazetteer
from enishi.places.schemas import FormerName
from enishi.places.spelling import normalised

_FILE = DATA / "former.tsv"


@cache
def _by_name() -> dict[str, tuple[FormerName, ...]]:
    lines = [line for line in _FILE.read_text("utf-8").splitlines() if not line.startswith("#")]
    found: dict[str, list[FormerName]] = {}
    for row in csv.DictReader(lines, delimiter="\t"):
        former = FormerName(
            name=row["name"],
            since=date.fromisoformat(row["since"]),
            place=gazetteer().by_code[row["code"]],
        )
        prefecture = gazetteer().by_code[row["prefecture"]].name
        full = row["district"] + row["name"]
        for name in (row["name"], full, prefecture + row["name"], prefecture + full):
            entries = found.setdefault(normalised(name), [])
            if former not in entries:
                entries.append(former)
    return {name: tuple(entries) for name, entries in found.items()}


def find(text: str) -> tuple[FormerName, ...]:
    """The former municipalities of this name; those that have it today are left out."""
    return tuple(
        each for each in _by_name().get(normalised(text), ()) if each.place.name != each.name
    )
