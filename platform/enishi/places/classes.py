"""Classes of municipalities by kind and size, for statistics that name no single place."""

from enum import StrEnum
from functools import cache

from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.places.figures import shipped
from enishi.places.gazetteer import gazetteer
from enishi.places.schemas import Place, PlaceKind


class PlaceClass(StrEnum):
    """By kind, and by the people of the census that is shipped (thousands in the names)."""

    DESIGNATED_1000 = "designated-1000"
    DESIGNATED = "designated"
    WARD = "ward"
    CITY_200 = "city-200"
    CITY_100 = "city-100"
    CITY_50 = "city-50"
    CITY_30 = "city-30"
    CITY = "city"
    TOWN_20 = "town-20"
    TOWN_10 = "town-10"
    TOWN_5 = "town-5"
    TOWN = "town"

    @property
    def label(self) -> LazyText:
        return _LABELS[self]


_LABELS = {
    PlaceClass.DESIGNATED_1000: gettext_lazy("指定都市（100万人以上）"),
    PlaceClass.DESIGNATED: gettext_lazy("指定都市（100万人未満）"),
    PlaceClass.WARD: gettext_lazy("東京の特別区"),
    PlaceClass.CITY_200: gettext_lazy("市（20万人以上）"),
    PlaceClass.CITY_100: gettext_lazy("市（10万人以上20万人未満）"),
    PlaceClass.CITY_50: gettext_lazy("市（5万人以上10万人未満）"),
    PlaceClass.CITY_30: gettext_lazy("市（3万人以上5万人未満）"),
    PlaceClass.CITY: gettext_lazy("市（3万人未満）"),
    PlaceClass.TOWN_20: gettext_lazy("町村（2万人以上）"),
    PlaceClass.TOWN_10: gettext_lazy("町村（1万人以上2万人未満）"),
    PlaceClass.TOWN_5: gettext_lazy("町村（5千人以上1万人未満）"),
    PlaceClass.TOWN: gettext_lazy("町村（5千人未満）"),
}
# From the largest: the least number of people, and the class from there on.
_DESIGNATED = ((1_000_000, PlaceClass.DESIGNATED_1000), (0, PlaceClass.DESIGNATED))
_WARD = ((0, PlaceClass.WARD),)
_CITY = (
    (200_000, PlaceClass.CITY_200),
    (100_000, PlaceClass.CITY_100),
    (50_000, PlaceClass.CITY_50),
    (30_000, PlaceClass.CITY_30),
    (0, PlaceClass.CITY),
)
_TOWN = (
    (20_000, PlaceClass.TOWN_20),
    (10_000, PlaceClass.TOWN_10),
    (5_000, PlaceClass.TOWN_5),
    (0, PlaceClass.TOWN),
)
_BOUNDS = {
    PlaceKind.DESIGNATED_CITY: _DESIGNATED,
    PlaceKind.SPECIAL_WARD: _WARD,
    PlaceKind.CITY: _CITY,
    PlaceKind.TOWN: _TOWN,
    PlaceKind.VILLAGE: _TOWN,
}


@cache
def class_of_each() -> dict[str, PlaceClass]:
    """The class of every municipality that ever was, by code; one without figures is small."""
    figures = shipped().classes
    return {
        code: _class(place, figures[code].total if code in figures else 0)
        for code, place in gazetteer().by_code.items()
        if place.is_municipality
    }


def _class(place: Place, people: int) -> PlaceClass:
    return next(found for least, found in _BOUNDS[place.kind] if people >= least)
