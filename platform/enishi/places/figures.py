"""Population figures of one statistic, and those that ship with the code."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cache

from enishi.places.gazetteer import DATA

_CLASSES = DATA / "population.tsv"
_AGE_GROUPS = DATA / "population_age5.tsv"

# The lowest age of each five-year group; the last is 100 and older.
AGE_GROUPS = tuple(range(0, 101, 5))


class Sex(IntEnum):
    """ISO/IEC 5218."""

    MALE = 1
    FEMALE = 2


@dataclass(frozen=True, slots=True)
class AgeClasses:
    """People by 年齢3区分, and people of unknown age."""

    total: int
    age_0_14: int
    age_15_64: int
    age_65_up: int
    age_unknown: int


@dataclass(frozen=True, slots=True)
class Figures:
    """One statistic on one reference date.

    `classes`: place code -> age classes, for prefectures, municipalities and wards.
    `groups`: (prefecture code, sex) -> people in each of AGE_GROUPS, then those of unknown age.
    """

    statistic: str
    title: str
    table_number: str
    reference_date: date
    version: str
    classes: Mapping[str, AgeClasses]
    groups: Mapping[tuple[str, Sex], tuple[int, ...]]


@cache
def shipped() -> Figures:
    """The census of 2020; tools/build_population.py writes its files."""
    classes, groups = _CLASSES.read_bytes(), _AGE_GROUPS.read_bytes()
    about: dict[str, str] = {}
    by_code: dict[str, AgeClasses] = {}
    for line in classes.decode().splitlines():
        if line.startswith("#"):
            name, _, value = line[1:].partition(":")
            about[name.strip()] = value.strip()
        else:
            code, *numbers = line.split("\t")
            by_code[code] = AgeClasses(*map(int, numbers))
    by_sex: dict[tuple[str, Sex], tuple[int, ...]] = {}
    for line in groups.decode().splitlines():
        if not line.startswith("#"):
            code, sex, *numbers = line.split("\t")
            by_sex[code, Sex(int(sex))] = tuple(map(int, numbers))
    return Figures(
        statistic=about["statistic"],
        title=about["title"],
        table_number=about["table"],
        reference_date=date.fromisoformat(about["reference date"]),
        version=hashlib.sha256(classes + groups).hexdigest(),
        classes=by_code,
        groups=by_sex,
    )
