"""The dimensions of cubes: their declared keys, and the canonical names of cells.

A dimension is a level of a family: municipality, prefecture and class are levels of `place`. Two
cells that hold the same people by definition have one name, whatever the level, so that no cube
draws other noise around a count than another cube does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from enishi.accounts.dimensions import AGE_BANDS
from enishi.consultations.core.kinds import Channel
from enishi.kit.facts import Tie
from enishi.places import queries as places
from enishi.places.classes import PlaceClass, class_of_each
from enishi.places.schemas import Region
from enishi.programmes.listings.schemas import ProgrammeKind
from enishi.themes.service import national_themes

UNKNOWN = ""
"""The key of acts whose dimension is not known, or that have none."""

Members = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class CubeDimension:
    """`column` is one of a flow (queries/cube_sql.py); `members` gives each key its leaves.

    `is_open`: the keys are not declared here (dialogues), and each is a leaf of its own.
    """

    name: str
    family: str
    column: str
    members: Callable[[], Members] = field(repr=False)
    is_open: bool = False

    def keys(self) -> tuple[str, ...]:
        """The declared keys, in their order. Of an open dimension: none."""
        return tuple(self.members())

    def leaves(self, key: str) -> frozenset[str]:
        return frozenset([key]) if self.is_open else self.members()[key]

    def key_of(self, value: str) -> str | None:
        """The declared key of a value of the column: itself, or the level above a leaf.

        For others UNKNOWN, or None where that is no key.
        """
        if self.is_open or value in self.members():
            return value
        of_leaf = _keys_of_leaves(self)
        return of_leaf.get(value, UNKNOWN if UNKNOWN in of_leaf else None)

    def canonical(self, key: str) -> str:
        """`family=value`: the same for each level on which the same leaves are one key."""
        value = key if self.is_open else _values(self.family)[self.leaves(key)]
        return f"{self.family}={value}"


@cache
def _keys_of_leaves(dimension: CubeDimension) -> Mapping[str, str]:
    found = {leaf: key for key, leaves in dimension.members().items() for leaf in leaves}
    return MappingProxyType(found)


@cache
def _values(family: str) -> Mapping[frozenset[str], str]:
    """The name of each set of leaves: its key on the finest level that has it."""
    found: dict[frozenset[str], str] = {}
    for dimension in DIMENSIONS:
        if dimension.family == family and not dimension.is_open:
            for key, leaves in dimension.members().items():
                found.setdefault(leaves, key)
    return MappingProxyType(found)


def _single(*keys: str) -> Members:
    return MappingProxyType({key: frozenset([key]) for key in keys})


@cache
def _prefectures() -> Members:
    return _single(*(each.code[:2] for each in places.list_prefectures()), UNKNOWN)


@cache
def _regions() -> Members:
    of_region = {
        region.value: frozenset(key for key in _prefectures() if key and Region.of(key) is region)
        for region in Region
    }
    return MappingProxyType(of_region | {UNKNOWN: frozenset([UNKNOWN])})


@cache
def _municipalities() -> Members:
    """Those of today. Acts of one that was abolished count for the nation alone."""
    return _single(
        *(
            each.code
            for prefecture in places.list_prefectures()
            for each in places.list_municipalities(prefecture.code)
        )
    )


@cache
def _with_none() -> Members:
    return MappingProxyType({**_municipalities(), **_single(UNKNOWN)})


@cache
def _place_prefectures() -> Members:
    found: dict[str, frozenset[str]] = {}
    for code in _municipalities():
        found[code[:2]] = found.get(code[:2], frozenset()) | {code}
    return MappingProxyType(found)


@cache
def _classes() -> Members:
    found: dict[str, set[str]] = {}
    of_each = class_of_each()
    for code in _municipalities():
        found.setdefault(of_each[code].value, set()).add(code)
    in_order = (each.value for each in PlaceClass if each.value in found)
    return MappingProxyType({key: frozenset(found[key]) for key in in_order})


PLACE = CubeDimension("place", "place", "place_code", _municipalities)
PLACE_OR_NONE = CubeDimension("place", "place", "place_code", _with_none)
PLACE_PREFECTURE = CubeDimension(
    "place_prefecture", "place", "place_prefecture", _place_prefectures
)
PLACE_CLASS = CubeDimension("place_class", "place", "place_code", _classes)
HOME_PREFECTURE = CubeDimension("home_prefecture", "home", "home_prefecture", _prefectures)
HOME_REGION = CubeDimension("home_region", "home", "home_prefecture", _regions)
AGE = CubeDimension("age", "age", "age_band", lambda: _single(*AGE_BANDS, UNKNOWN))
THEME = CubeDimension(
    "theme", "theme", "theme", lambda: _single(*(each.slug for each in national_themes()), UNKNOWN)
)
CHANNEL = CubeDimension("channel", "channel", "channel", lambda: _single(*Channel))
TIE = CubeDimension("tie", "tie", "tie", lambda: _single(*Tie))
PROGRAMME_KIND = CubeDimension(
    "programme_kind", "kind", "programme_kind", lambda: _single(*ProgrammeKind, UNKNOWN)
)
SUBJECT = CubeDimension("subject", "subject", "subject_id", _single, is_open=True)

# In each family from fine to coarse: the first level that has a set of leaves names it.
DIMENSIONS = (
    *(PLACE, PLACE_OR_NONE, PLACE_PREFECTURE, PLACE_CLASS),
    *(HOME_PREFECTURE, HOME_REGION),
    *(AGE, THEME, CHANNEL, TIE, PROGRAMME_KIND, SUBJECT),
)
# What is known of a person, not of the subject.
PERSONAL = frozenset({HOME_PREFECTURE, HOME_REGION, AGE, CHANNEL, TIE})
