"""Checks of the sums in a census table: sexes, wards, municipalities, prefectures, nation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from enishi.places.errors import CensusError
from enishi.places.figures import Sex
from enishi.places.schemas import Place, PlaceKind

NATION = "000000"


@dataclass(frozen=True)
class Line:
    """People of a place, of one sex or of both. `groups` are those of figures.AGE_GROUPS."""

    number: int
    name: str
    total: int
    groups: tuple[int, ...]
    unknown: int

    @property
    def numbers(self) -> tuple[int, ...]:
        return (self.total, *self.groups, self.unknown)


Lines = Mapping[tuple[str, Sex | None], Line]  # (place code, sex or None for both)


def check_sums(file: str, lines: Lines, places: Iterable[Place]) -> None:
    """Raises CensusError for the first place that is missing or does not add up."""
    children: dict[str, list[str]] = {NATION: []}
    for place in places:
        if place.kind is PlaceKind.PREFECTURE:
            children[NATION].append(place.code)
        elif place.parent_code:
            children.setdefault(place.parent_code, []).append(place.code)
        _check_present(file, lines, place.code, place.label_ja)
    _check_present(file, lines, NATION, "全国")
    for code in {code for code, _ in lines}:
        both = lines[code, None]
        _check_sum(file, both, [lines[code, sex] for sex in Sex], "men and women")
    for code, parts in children.items():
        for sex in (None, *Sex):
            whole = lines[code, sex]
            _check_sum(file, whole, [lines[part, sex] for part in parts], "its parts")


def _check_present(file: str, lines: Lines, code: str, name: str) -> None:
    for sex in (None, *Sex):
        if (code, sex) not in lines:
            sexes = "both sexes" if sex is None else {Sex.MALE: "men", Sex.FEMALE: "women"}[sex]
            raise CensusError(file, None, f"the line of {code} {name} ({sexes}) is missing")


def _check_sum(file: str, whole: Line, parts: list[Line], what: str) -> None:
    sums = [sum(column) for column in zip(*(part.numbers for part in parts), strict=True)]
    for expected, found in zip(whole.numbers, sums, strict=True):
        if expected != found:
            raise CensusError(
                file,
                whole.number,
                f"{whole.name}: {what} add up to {found:,}, the line says {expected:,}",
            )
