import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.places import codes
from enishi.places.gazetteer import gazetteer

# domain.md and the tables of 総務省: the sum below 11, the remainders 0 and 1, the namesakes.
KNOWN = {
    "010006": "北海道",
    "011002": "札幌市",
    "012050": "室蘭市",
    "012131": "苫小牧市",
    "130001": "東京都",
    "131016": "千代田区",
    "141003": "横浜市",
    "271004": "大阪市",
    "212172": "飛騨市",
    "282103": "加古川市",
    "314021": "日野町",
    "253839": "日野町",
    "221309": "浜松市",
    "221384": "中央区",
    "221392": "浜名区",
    "221406": "天竜区",
    "473821": "与那国町",
}

five_digits = st.from_regex(r"[0-9]{5}", fullmatch=True)


@pytest.mark.parametrize(("code", "name"), KNOWN.items())
def test_known_codes_have_their_check_digit_and_their_name(code: str, name: str) -> None:
    assert codes.with_check_digit(code[:5]) == code
    assert gazetteer().by_code[code].name == name


def test_every_shipped_code_has_the_right_check_digit() -> None:
    assert [code for code in gazetteer().by_code if not codes.is_code(code)] == []


@given(five_digits)
def test_the_check_digit_follows_the_rule_as_the_ministry_words_it(five: str) -> None:
    total = sum(int(digit) * weight for digit, weight in zip(five, (6, 5, 4, 3, 2), strict=True))
    # 積の和が11より小さいときは11から引き、ほかは11で割った余りを11から引く。下1桁が検査数字。
    expected = 11 - total if total < 11 else 11 - total % 11
    assert codes.check_digit(five) == str(expected)[-1]


@given(five_digits, st.integers(0, 5), st.integers(1, 9))
def test_one_wrong_digit_is_nearly_always_noticed(five: str, at: int, by: int) -> None:
    code = codes.with_check_digit(five)
    wrong = code[:at] + str((int(code[at]) + by) % 10) + code[at + 1 :]
    # The remainders 0 and 10 share a digit: only such a pair can go unnoticed.
    noticed = not codes.is_code(wrong)
    assert noticed or code[5] == "1"


@given(st.text(max_size=7))
def test_only_six_ascii_digits_can_be_a_code(text: str) -> None:
    looks_like_one = len(text) == 6 and text.isascii() and text.isdigit()
    assert looks_like_one or not codes.is_code(text)


@pytest.mark.parametrize("five", ["", "0110", "011002", "0110a", "０１１００"])
def test_only_five_digits_have_a_check_digit(five: str) -> None:
    with pytest.raises(ValueError, match="not five digits"):
        codes.check_digit(five)
