from collections import Counter
from datetime import date

import pytest

from enishi.kit import i18n
from enishi.kit.i18n import Language
from enishi.places import queries as places
from enishi.places.errors import PlaceNotFoundError
from enishi.places.gazetteer import gazetteer
from enishi.places.schemas import MUNICIPALITIES, Place, PlaceKind, Region

TODAY = date(2026, 11, 23)
BEFORE, AFTER = date(2023, 12, 31), date(2024, 1, 1)


def everything() -> list[Place]:
    return list(gazetteer().by_code.values())


def test_every_place_of_japan_is_there_once() -> None:
    kinds = Counter(place.kind for place in everything() if place.is_valid(TODAY))

    assert kinds == {
        PlaceKind.PREFECTURE: 47,
        PlaceKind.DESIGNATED_CITY: 20,
        PlaceKind.CITY: 772,
        PlaceKind.SPECIAL_WARD: 23,
        PlaceKind.TOWN: 743,
        PlaceKind.VILLAGE: 183,
        PlaceKind.WARD: 171,
    }
    assert sum(kinds[kind] for kind in MUNICIPALITIES) == 1741


def test_no_two_labels_are_the_same_in_either_language() -> None:
    for language in Language:
        with i18n.speaking(language):
            labels = Counter(place.label for place in everything())
        assert [label for label, count in labels.items() if count > 1] == []


def test_namesakes_are_told_apart() -> None:
    assert places.get_place("314021").label_ja == "鳥取県日野町"
    assert places.get_place("253839").label_ja == "滋賀県日野町"
    assert places.get_place("132063").label_en == "Fuchu City, Tokyo"
    assert places.get_place("342084").label_en == "Fuchu City, Hiroshima"
    # 江差町 and 枝幸町 are both said Esashi, and both lie in Hokkaido.
    assert places.get_place("013617").label_en == "Esashi Town, Hiyama District, Hokkaido"
    assert places.get_place("015148").label_en == "Esashi Town, Esashi District, Hokkaido"


def test_every_place_belongs_to_one_that_is_there() -> None:
    for place in everything():
        assert places.get_prefecture(place.prefecture_code).code[:2] == place.code[:2]
        if place.kind is PlaceKind.PREFECTURE:
            assert place.parent_code is None
        elif place.kind is PlaceKind.WARD:
            parent = places.get_place(place.parent_code or "")
            assert parent.kind is PlaceKind.DESIGNATED_CITY
        else:
            assert place.parent_code == place.prefecture_code


def test_every_place_is_named_and_read() -> None:
    for place in everything():
        assert place.name
        assert place.romaji.replace("-", "").replace("'", "").isalpha()
        assert all("ぁ" <= character <= "ゖ" for character in place.kana)
        assert place.name_en.isascii()
        if place.district:
            assert place.district.endswith("郡")
            assert place.district_kana.endswith("ぐん")
            assert place.district_en.endswith(" District")


def test_towns_and_villages_outside_the_islands_of_tokyo_lie_in_a_district() -> None:
    without = {
        place.prefecture_code
        for place in everything()
        if place.kind in (PlaceKind.TOWN, PlaceKind.VILLAGE) and not place.district
    }
    assert without == {"130001"}


def test_every_municipality_and_ward_lies_in_japan() -> None:
    for place in everything():
        if place.kind is not PlaceKind.PREFECTURE:
            assert 24 < (place.latitude or 0) < 46
            assert 122 < (place.longitude or 0) < 149


@pytest.mark.parametrize(
    ("code", "romaji"),
    [
        ("130001", "Tōkyō-to"),
        ("010006", "Hokkaidō"),
        ("271004", "Ōsaka-shi"),
        ("122181", "Katsuura-shi"),
        ("422088", "Matsuura-shi"),
        ("442127", "Bungoōno-shi"),
        ("032085", "Tōno-shi"),
        ("016420", "Hiroo-chō"),
        ("285862", "Shin'onsen-chō"),
        ("192082", "Minami-Arupusu-shi"),
        ("403440", "Sue-machi"),
        ("143839", "Manazuru-machi"),
        ("122262", "Futtsu-shi"),
    ],
)
def test_romaji_follows_hepburn(code: str, romaji: str) -> None:
    assert places.get_place(code).romaji == romaji


def test_regions_follow_the_prefectures() -> None:
    regions = {place.name: place.region for place in places.list_prefectures()}

    assert regions["新潟県"] is Region.CHUBU
    assert regions["三重県"] is Region.KINKI
    assert regions["沖縄県"] is Region.KYUSHU
    assert Counter(regions.values()) == {
        Region.HOKKAIDO: 1,
        Region.TOHOKU: 6,
        Region.KANTO: 7,
        Region.CHUBU: 9,
        Region.KINKI: 7,
        Region.CHUGOKU: 5,
        Region.SHIKOKU: 4,
        Region.KYUSHU: 8,
    }


def test_hamamatsu_has_seven_wards_until_2023_and_three_from_2024() -> None:
    before = [ward.code for ward in places.list_wards("221309", BEFORE)]
    after = [ward.code for ward in places.list_wards("221309", AFTER)]

    assert before == ["221317", "221325", "221333", "221341", "221350", "221368", "221376"]
    assert after == ["221384", "221392", "221406"]
    assert places.get_place("221376").label_ja == "静岡県浜松市天竜区（2023年12月31日まで）"
    assert places.get_place("221406").label_ja == "静岡県浜松市天竜区"


def test_a_municipality_is_no_prefecture_and_no_ward() -> None:
    assert places.get_municipality("221309").name == "浜松市"
    for code in ("220001", "221384", "999999", "", "浜松市"):
        assert places.find_municipality(code) is None
        with pytest.raises(PlaceNotFoundError):
            places.get_municipality(code)


def test_the_municipalities_of_the_prefectures_are_all_municipalities() -> None:
    listed = [
        place.code
        for prefecture in places.list_prefectures()
        for place in places.list_municipalities(prefecture.code)
    ]
    assert len(listed) == len(set(listed)) == 1741
    assert places.list_municipalities("999999") == ()
