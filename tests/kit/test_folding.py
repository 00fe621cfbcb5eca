"""One spelling for the many ways of writing one text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.kit import folding
from enishi.places.gazetteer import gazetteer

RADICALS = [chr(code) for code in (*range(0x2E80, 0x2EF4), *range(0x2F00, 0x2FD6))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("鎌ヶ谷市", "鎌ケ谷市"),
        ("一ヵ月", "一か月"),
        ("髙橋", "高橋"),
        ("山﨑", "山崎"),
        ("渡邊", "渡辺"),
        ("⻘森", "青森"),
        ("⿊部", "黒部"),
        ("⼾田", "戸田"),
        ("⿈色", "黄色"),
        ("⻄宮", "西宮"),
        ("⻑野", "長野"),
        ("か゛っこう", "がっこう"),
        ("ハ゜ン", "ぱん"),
        ("ガッコウ", "ｶﾞｯｺｳ"),
        ("か\u3099", "が"),
        ("葛\U000e0100城", "葛城"),
        ("ＡＢＣ１２３", "abc123"),
    ],
)
def test_spellings_of_one_word_are_one(one: str, other: str) -> None:
    assert folding.fold(one) == folding.fold(other)
    assert folding.words(one) == folding.words(other)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("12〜15人", "12~15人"),
        ("１２～１５人", "12~15人"),
        ("12-15人", "12~15人"),
        ("1215人", "1215人"),
        ("1,215人", "1215人"),
        ("１，２１５，０００円", "1215000円"),
        ("3.5倍", "3.5倍"),
        ("３．５倍", "3.5倍"),
        ("35倍", "35倍"),
        ("1、2、3", "1~2~3"),
        ("10:30", "10~30"),
        ("第3\n5条", "第3~5条"),
        ("終わり。3.", "終わり3"),
        ("-5", "5"),
        ("", ""),
    ],
)
def test_numbers_stay_apart(text: str, wanted: str) -> None:
    assert folding.words(text) == wanted


@given(st.text(max_size=30))
def test_folding_again_changes_nothing(text: str) -> None:
    once = folding.words(text)
    assert folding.words(once) == once


def test_names_of_places_are_found_from_copied_radicals() -> None:
    """Each kanji that a copied PDF may hold as a radical folds as the kanji."""
    names = {place.name for place in gazetteer().by_code.values()}
    kanji = set("".join(names))
    checked = 0
    for radical in RADICALS:
        folded = folding.fold(radical)
        look = unicodedata.name(radical, "")
        if folded in kanji and look:
            checked += 1
            for name in (each for each in names if folded in each):
                assert folding.fold(name.replace(folded, radical)) == folding.fold(name)
    assert checked > 60
