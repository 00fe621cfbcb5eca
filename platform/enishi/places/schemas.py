from datetime import date
from enum import StrEnum

from enishi.kit.i18n import Language, LazyText, current_language, gettext, gettext_lazy
from enishi.kit.schema import Schema


class PlaceKind(StrEnum):
    PREFECTURE = "prefecture"
    DESIGNATED_CITY = "designated_city"
    CITY = "city"
    SPECIAL_WARD = "special_ward"
    TOWN = "town"
    VILLAGE = "village"
    WARD = "ward"

    @property
    def label(self) -> LazyText:
        return _KINDS[self]


# The 1,741 that people live in and register with. Wards are parts of cities.
MUNICIPALITIES = frozenset(PlaceKind) - {PlaceKind.PREFECTURE, PlaceKind.WARD}

_KINDS = {
    PlaceKind.PREFECTURE: gettext_lazy("都道府県"),
    PlaceKind.DESIGNATED_CITY: gettext_lazy("指定都市"),
    PlaceKind.CITY: gettext_lazy("市"),
    PlaceKind.SPECIAL_WARD: gettext_lazy("特別区"),
    PlaceKind.TOWN: gettext_lazy("町"),
    PlaceKind.VILLAGE: gettext_lazy("村"),
    PlaceKind.WARD: gettext_lazy("区（指定都市）"),
}


class Region(StrEnum):
    """八地方区分, in the order of the prefectures' codes."""

    HOKKAIDO = "hokkaido"
    TOHOKU = "tohoku"
    KANTO = "kanto"
    CHUBU = "chubu"
    KINKI = "kinki"
    CHUGOKU = "chugoku"
    SHIKOKU = "shikoku"
    KYUSHU = "kyushu"

    @property
    def label(self) -> LazyText:
        return _REGIONS[self][1]

    @classmethod
    def of(cls, code: str) -> "Region":
        number = int(code[:2])
        return next(region for region, (last, _) in _REGIONS.items() if number <= last)


# The last prefecture (JIS X 0401) of each region.
_REGIONS = {
    Region.HOKKAIDO: (1, gettext_lazy("北海道地方")),
    Region.TOHOKU: (7, gettext_lazy("東北地方")),
    Region.KANTO: (14, gettext_lazy("関東地方")),
    Region.CHUBU: (23, gettext_lazy("中部地方")),
    Region.KINKI: (30, gettext_lazy("近畿地方")),
    Region.CHUGOKU: (35, gettext_lazy("中国地方")),
    Region.SHIKOKU: (39, gettext_lazy("四国地方")),
    Region.KYUSHU: (47, gettext_lazy("九州・沖縄地方")),
}


class Place(Schema):
    """A prefecture, a municipality or a ward of a designated city.

    `kana` is hiragana, `romaji` Hepburn with macrons and the kind (`Hino-chō`), `name_en` as
    English texts write it (`Hino Town`). `valid_to` is the first day after its abolition.
    Coordinates (WGS 84) are those of its office; prefectures have none.
    """

    code: str
    kind: PlaceKind
    name: str
    kana: str
    romaji: str
    name_en: str
    district: str
    district_kana: str
    district_en: str
    parent_code: str | None
    prefecture_code: str
    region: Region
    latitude: float | None
    longitude: float | None
    valid_from: date | None
    valid_to: date | None
    # Unique among all places, also abolished ones: the text that people see and choose.
    label_ja: str
    label_en: str

    @property
    def label(self) -> str:
        """The unique name, in the reader's language."""
        return self.label_en if current_language() is Language.EN else self.label_ja

    @property
    def short_name(self) -> str:
        """The name alone, for use beside its prefecture."""
        return self.name_en if current_language() is Language.EN else self.name

    @property
    def full_name(self) -> str:
        """The Japanese name with its district: 蒲生郡日野町."""
        return self.district + self.name

    @property
    def reading(self) -> str:
        """The pronunciation: hiragana in Japanese, Hepburn in English."""
        return self.romaji if current_language() is Language.EN else self.kana

    @property
    def is_municipality(self) -> bool:
        return self.kind in MUNICIPALITIES

    def is_valid(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on < self.valid_to
        )


class FormerName(Schema):
    """A name that is no more: what it belongs to today, and the first day of that."""

    name: str
    since: date
    place: Place

    @property
    def note(self) -> str:
        return gettext(
            "%(name)sは、%(year)s年から%(today)sです。",
            name=self.name,
            year=self.since.year,
            today=self.place.label,
        )


class Found(Schema):
    """Results of a search, best first; `more` when the limit cut some off.

    `former`: municipalities of this name that are no more, whatever `places` has.
    """

    places: tuple[Place, ...]
    more: bool
    former: tuple[FormerName, ...] = ()
