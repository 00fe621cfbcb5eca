"""Labels of the keys of a breakdown: months, prefectures, themes, places."""

from collections.abc import Callable
from datetime import date
from functools import partial

from babel.dates import format_skeleton

from enishi.consultations.core import queries as consultations
from enishi.kit.facts import Tie
from enishi.kit.formatting import format_date
from enishi.kit.i18n import current_language, gettext
from enishi.kit.pagination import each_page
from enishi.places import queries as places
from enishi.statistics.labels import TIES, UNKNOWN
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
