"""Labels of the keys of a breakdown: months, prefectures, themes, places."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

from babel.dates import format_skeleton

from enishi.consultations import labels as consultation_labels
from enishi.consultations.core import queries as consultations
from enishi.kit.facts import Tie
from enishi.kit.formatting import format_date
from enishi.kit.i18n import current_language, gettext
from enishi.kit.pagination import each_page
from enishi.places import queries as places
from enishi.places.classes import PlaceClass
from enishi.places.schemas import Region
from enishi.programmes.listings.labels import KINDS
from enishi.statistics.labels import TIES, UNKNOWN, UNKNOWN_OF_CUBES
from enishi.statistics.metrics import Dimension
from enishi.themes import queries as themes

_PAGE = 500

Labeller = Callable[[str], str]


async def get_labeller(dimension: Dimension) -> Labeller:
    """A function from the keys of a dimension to labels in the current language.

    The key '' stands for what is unknown.
    """
    known = await _labeller_of_known(dimension)

    def label(key: str) -> str:
        return known(key) if key else str(UNKNOWN[dimension])

    return label


async def _labeller_of_known(dimension: Dimension) -> Labeller:
    if dimension in _SIMPLE:
        return _SIMPLE[dimension]
    if dimension in (Dimension.PREFECTURE, Dimension.PLACE_PREFECTURE):
        prefectures = {each.code[:2]: each.short_name for each in places.list_prefectures()}
        return lambda key: prefectures.get(key, key)
    if dimension is Dimension.THEME:
        titles = {each.slug: str(each.title) for each in await themes.list_national_themes()}
        return lambda key: titles.get(key, key)
    if dimension is Dimension.SUBJECT:
        subjects = {
            f"consultation {each.id}": str(each.title)
            async for rows in each_page(partial(consultations.list_public, size=_PAGE))
            for each in rows
        }
        return lambda key: subjects.get(key, key)
    return _band


def _month(key: str) -> str:
    first = date.fromisoformat(f"{key}-01")
    return format_skeleton("yMMM", first, locale=current_language().value)


def _day(key: str) -> str:
    return format_date(date.fromisoformat(key))


def _place(key: str) -> str:
    place = places.find_place(key)
    return place.label if place else key


def _band(key: str) -> str:
    """From 30-39 or 80- to the words for it."""
    lower, _, upper = key.partition("-")
    if upper:
        return gettext("%(lower)s〜%(upper)s歳", lower=lower, upper=upper)
    return gettext("%(lower)s歳以上", lower=lower)


_SIMPLE: dict[Dimension, Labeller] = {
    Dimension.MONTH: _month,
    Dimension.DAY: _day,
    Dimension.PLACE: _place,
    Dimension.TIE: lambda key: str(TIES[Tie(key)]),
}


async def get_cube_labeller(dimension: str) -> Labeller:
    """As `get_labeller`, for the keys of a dimension of cubes."""
    known = await _labeller_of_cube(dimension)
    unknown = str(UNKNOWN_OF_CUBES.get(dimension, UNKNOWN[Dimension.CHANNEL]))
    return lambda key: known(key) if key else unknown


async def _labeller_of_cube(dimension: str) -> Labeller:
    if dimension in _SAME:
        return await _labeller_of_known(_SAME[dimension])
    if dimension == "subject":
        by_subject = await _labeller_of_known(Dimension.SUBJECT)
        return lambda key: by_subject(f"consultation {key}").removeprefix("consultation ")
    texts = {code: str(text) for code, text in _TEXTS[dimension].items()}
    return lambda key: texts.get(key, key)


_SAME: Mapping[str, Dimension] = {
    "place": Dimension.PLACE,
    "place_prefecture": Dimension.PLACE_PREFECTURE,
    "home_prefecture": Dimension.PREFECTURE,
    "age": Dimension.AGE_BAND,
    "theme": Dimension.THEME,
}
_TEXTS: Mapping[str, Mapping[str, object]] = {
    "place_class": {each.value: each.label for each in PlaceClass},
    "home_region": {each.value: each.label for each in Region},
    "channel": {str(each): text for each, text in consultation_labels.CHANNELS.items()},
    "tie": {each.value: text for each, text in TIES.items()},
    "programme_kind": {str(each): text for each, text in KINDS.items()},
}
