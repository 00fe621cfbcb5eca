"""Reads of places, from memory: no function here is async. Their figures: `population`.

A municipality is one of the 1,741 (designated cities and special wards among them). Wards of
designated cities and prefectures are places too; `kinds` says which a search returns.
"""

from collections.abc import Callable, Collection
from datetime import date

from enishi.kit import clock
from enishi.kit.lru import LruMap
from enishi.places import codes, former, postal
from enishi.places import search as names
from enishi.places.errors import PlaceNotFoundError
from enishi.places.gazetteer import gazetteer
from enishi.places.schemas import MUNICIPALITIES, Found, Place, PlaceKind

_MOST_FOUND = 50
_WHOLE_POSTAL_CODE = 7  # digits


def load() -> None:
    """Warm up: read the tables of places and names (half a second) before the first request."""
    search("東京")


def find_place(code: str) -> Place | None:
    """Any place, also one that was abolished."""
    return gazetteer().by_code.get(code)


def get_place(code: str) -> Place:
    place = find_place(code)
    if place is None:
        raise PlaceNotFoundError
    return place


def find_municipality(code: str, on: date | None = None) -> Place | None:
    """The municipality with this code, if it exists on that day (default: today)."""
    place = find_place(code)
    if place is None or not place.is_municipality or not place.is_valid(on or clock.today()):
        return None
    return place


def get_municipality(code: str, on: date | None = None) -> Place:
    place = find_municipality(code, on)
    if place is None:
        raise PlaceNotFoundError
    return place


def find_prefecture(code: str) -> Place | None:
    place = find_place(code)
    return place if place is not None and place.kind is PlaceKind.PREFECTURE else None


def get_prefecture(code: str) -> Place:
    place = find_prefecture(code)
    if place is None:
        raise PlaceNotFoundError
    return place


def list_prefectures() -> tuple[Place, ...]:
    """All 47, ordered by code (north to south)."""
    return gazetteer().prefectures


def list_municipalities(prefecture_code: str, on: date | None = None) -> tuple[Place, ...]:
    """Those of a prefecture that exist on that day (default: today), ordered by code."""
    return _valid(gazetteer().municipalities.get(prefecture_code, ()), on)


def list_wards(city_code: str, on: date | None = None) -> tuple[Place, ...]:
    """The wards of a designated city that exist on that day (default: today)."""
    return _valid(gazetteer().wards.get(city_code, ()), on)


def _valid(places: tuple[Place, ...], on: date | None) -> tuple[Place, ...]:
    day = on or clock.today()
    return tuple(place for place in places if place.is_valid(day))


def written_names() -> list[str]:
    """All names as texts write them: with and without the district, with ケ and with ヶ."""
    names = {name for each in gazetteer().by_code.values() for name in (each.name, each.full_name)}
    for one, other in (("ケ", "ヶ"), ("ヶ", "ケ")):
        names |= {name.replace(one, other) for name in names}
    return sorted(names)


# Pickers ask for the beginnings of the same names again and again.
_searched: LruMap[tuple[str, int, frozenset[PlaceKind], date], Found] = LruMap(5_000)


def search(text: str, limit: int = 10, *, kinds: Collection[PlaceKind] = MUNICIPALITIES) -> Found:
    """Places that exist today by name, reading, romaji, postal code (from 3 digits) or code.

    Best first: whole names before prefixes before inner parts, then by population. A query for a
    ward returns its city where `kinds` has no wards. `limit` is at most 50. Municipalities of that
    name that are no more are given besides.
    """
    limit = max(1, min(limit, _MOST_FOUND))
    key = (text[: names.LONGEST_QUERY], limit, frozenset(kinds), clock.today())
    found = _searched.get(key)
    if found is None:
        found = _search(text, limit, kinds)
        _searched.put(key, found)
    return found


def _search(text: str, limit: int, kinds: Collection[PlaceKind]) -> Found:
    is_wanted = _wanted(kinds)
    digits = postal.read_postal_code(text)
    if digits is not None:
        return _cut([place for place in _by_digits(digits, kinds) if is_wanted(place)], limit)
    found = names.find(text, limit, is_wanted)
    if not found.places and PlaceKind.WARD not in kinds:
        wards = names.find(text, limit, lambda place: place.kind is PlaceKind.WARD)
        found = _cut([city for ward in wards.places if is_wanted(city := _city_of(ward))], limit)
    return found.model_copy(update={"former": former.find(text)})


def list_named(text: str) -> list[Place]:
    """The municipalities of today that a text names as a whole, also by a whole postal code.

    A part of a name, or a name with another kind at its end, names nothing.
    """
    is_wanted = _wanted(MUNICIPALITIES)
    digits = postal.read_postal_code(text)
    if digits is None:
        wards = names.named(text, lambda place: place.kind is PlaceKind.WARD)
        return names.named(text, is_wanted) or list(
            _cut(list(map(_city_of, wards)), _MOST_FOUND).places
        )
    if len(digits) < _WHOLE_POSTAL_CODE and not codes.is_code(digits):
        return []
    return [place for place in _by_digits(digits, MUNICIPALITIES) if is_wanted(place)]


def is_postal_code(text: str) -> bool:
    """Whether a search reads the text as a postal code, or the beginning of one."""
    return postal.read_postal_code(text) is not None


def _wanted(kinds: Collection[PlaceKind]) -> Callable[[Place], bool]:
    today = clock.today()
    return lambda place: place.kind in kinds and place.is_valid(today)


def _by_digits(digits: str, kinds: Collection[PlaceKind]) -> list[Place]:
    candidates = ([digits] if codes.is_code(digits) else []) + postal.list_place_codes(digits)
    places = [place for code in candidates if (place := find_place(code)) is not None]
    # Postal codes are listed by ward; without wards in `kinds` the city is meant.
    return [
        _city_of(place) if place.kind is PlaceKind.WARD and place.kind not in kinds else place
        for place in places
    ]


def _city_of(ward: Place) -> Place:
    return get_place(ward.parent_code or "")


def _cut(places: list[Place], limit: int) -> Found:
    once = list({place.code: place for place in places}.values())
    return Found(places=tuple(once[:limit]), more=len(once) > limit)
