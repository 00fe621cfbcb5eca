import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.places import queries as places
from enishi.places.gazetteer import gazetteer
from enishi.places.schemas import Found, Place, PlaceKind

MUNICIPALITIES = [
    place for code in gazetteer().municipalities for place in gazetteer().municipalities[code]
]
ALL_KINDS = frozenset(PlaceKind)
places.load()  # or the first example would take all the time there is
any_municipality = st.sampled_from(MUNICIPALITIES)


def labels(found: Found) -> list[str]:
    return [place.label_ja for place in found.places]


def katakana(hiragana: str) -> str:
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in hiragana)


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def spellings(place: Place) -> list[str]:
    """How the name may be typed; all of these must find it."""
    bare = place.romaji.rpartition("-")[0]
    without_macrons = "".join(
        c for c in unicodedata.normalize("NFD", place.romaji) if not unicodedata.combining(c)
    )
    long_vowels = place.romaji.replace("ō", "ou").replace("Ō", "Ou").replace("ū", "uu")
    return [
        place.name,
        place.kana,
        katakana(place.kana),
        place.romaji,
        place.romaji.upper(),
        without_macrons,
        long_vowels,
        full_width(without_macrons),
        bare,
        bare.replace("'", "").lower(),
        place.name_en,
        place.district + place.name,
        place.label_ja,
        place.label_en,
    ]


@given(any_municipality, st.data())
def test_every_municipality_is_found_by_every_spelling(place: Place, data: st.DataObject) -> None:
    typed = data.draw(st.sampled_from(spellings(place)))
    found = places.search(typed, 50)
    assert place in found.places


@given(any_municipality, st.data())
def test_every_beginning_of_a_name_finds_it_or_says_that_there_is_more(
    place: Place, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from([place.name, place.kana, place.romaji]))
    length = data.draw(st.integers(2, len(name)))
    found = places.search(name[:length], 10)
    assert place in found.places or found.more


@given(any_municipality)
def test_a_whole_name_stands_before_all_that_only_hold_it(place: Place) -> None:
    found = places.search(place.name, 50).places
    namesakes = [each for each in MUNICIPALITIES if each.name == place.name]
    assert set(found[: len(namesakes)]) == set(namesakes)


@given(any_municipality, any_municipality)
def test_a_prefecture_in_the_query_leaves_only_its_own(place: Place, other: Place) -> None:
    prefecture = places.get_place(other.prefecture_code)
    found = places.search(f"{prefecture.name} {place.name}", 50).places
    assert all(each.prefecture_code == prefecture.code for each in found)
    if place.prefecture_code == prefecture.code:
        assert place in found


@given(st.text(max_size=80))
def test_no_text_breaks_the_search(text: str) -> None:
    found = places.search(text, 5)
    assert len(found.places) <= 5
    assert len(set(found.places)) == len(found.places)


@pytest.mark.parametrize(
    ("typed", "best"),
    [
        ("日野町", ["滋賀県日野町", "鳥取県日野町"]),
        ("ひの", ["東京都日野市", "滋賀県日野町", "鳥取県日野町"]),
        ("府中市", ["東京都府中市", "広島県府中市"]),
        ("fuchu", ["東京都府中市", "広島県府中町", "広島県府中市"]),
        ("ﾋﾉﾁｮｳ", ["滋賀県日野町", "鳥取県日野町"]),
        ("ohta", ["東京都大田区", "群馬県太田市"]),
        ("Hino-machi", ["東京都日野市", "滋賀県日野町", "鳥取県日野町"]),
        ("shiga hino", ["滋賀県日野町"]),
        ("滋賀の日野", []),
        ("龍が崎", ["茨城県龍ケ崎市"]),
        ("竜ヶ崎", ["茨城県龍ケ崎市"]),
        ("須惠町", ["福岡県須恵町"]),
        ("梼原", ["高知県檮原町"]),
        ("shin'onsen", ["兵庫県新温泉町"]),
        ("shinonsen", ["兵庫県新温泉町"]),
        ("minami alps", ["山梨県南アルプス市"]),
        ("蒲生郡日野町", ["滋賀県日野町"]),
        ("浜松市浜名区", ["静岡県浜松市"]),
        ("", []),
        ("   ", []),
    ],
)
def test_people_find_what_they_mean(typed: str, best: list[str]) -> None:
    found = labels(places.search(typed))
    assert found[: len(best)] == best
    assert bool(found) == bool(best)


def test_wards_are_found_where_they_may_be_chosen() -> None:
    assert labels(places.search("浜名区", kinds=ALL_KINDS)) == ["静岡県浜松市浜名区"]
    assert "宮城県仙台市太白区" in labels(places.search("taihaku", kinds=ALL_KINDS))
    assert labels(places.search("とうきょうと", kinds={PlaceKind.PREFECTURE})) == ["東京都"]


def test_what_is_no_more_is_not_offered() -> None:
    assert labels(places.search("浜松市浜北区", kinds=ALL_KINDS)) == []
    assert labels(places.search("はままつしてんりゅうく", kinds=ALL_KINDS)) == [
        "静岡県浜松市天竜区"
    ]


@pytest.mark.parametrize(
    "typed", ["506-0001", "5060001", "〒506-0001", "５０６ー０００１", "506 0001"]
)
def test_a_postal_code_finds_its_municipality(typed: str) -> None:
    assert labels(places.search(typed)) == ["岐阜県高山市"]


def test_the_beginning_of_a_postal_code_offers_all_that_have_it() -> None:
    assert labels(places.search("506")) == ["岐阜県高山市", "岐阜県飛騨市"]


def test_a_postal_code_of_two_municipalities_offers_both() -> None:
    assert set(labels(places.search("498-0000"))) == {"愛知県弥富市", "三重県木曽岬町"}


def test_a_postal_code_of_wards_offers_the_city_unless_wards_may_be_chosen() -> None:
    assert labels(places.search("0040000")) == ["北海道札幌市"]
    assert set(labels(places.search("0040000", kinds=ALL_KINDS))) == {
        "北海道札幌市厚別区",
        "北海道札幌市清田区",
    }


@pytest.mark.parametrize("typed", ["000-0000", "12", "99999999", "0000000"])
def test_digits_that_are_no_postal_code_find_nothing(typed: str) -> None:
    assert places.search(typed).places == ()


def test_a_code_finds_its_place_before_postal_codes_that_begin_so() -> None:
    assert labels(places.search("131016"))[0] == "東京都千代田区"


def test_no_more_is_given_than_was_asked_for() -> None:
    found = places.search("a", 3)
    assert len(found.places) == 3
    assert found.more
    assert len(places.search("a", 1000).places) == 50


def test_the_same_question_is_answered_from_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    find = places.names.find
    monkeypatch.setattr(places.names, "find", lambda *a: (asked.append(a[0]), find(*a))[1])
    for _ in range(3):
        assert places.search("きたかわち").places == places.search("きたかわち").places
    assert len(asked) <= 2  # municipalities, then wards
