import pytest

from enishi.kit.forms import check
from enishi.kit.schema import Schema
from enishi.kit.telephones import check_telephone


class Priced(Schema):
    fee: int


@pytest.mark.parametrize(
    ("typed", "fee"),
    [
        ("３，０００円", 3000),
        ("3,000", 3000),
        ("¥1,234,567", 1_234_567),
        ("￥500", 500),
        ("３、０００", 3000),
        (" 20 人 ", 20),
        ("1988年", 1988),
        ("０", 0),
        ("-5", -5),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, fee: int) -> None:
    form = check({"fee": [typed]}, Priced)
    assert form.value is not None, form.errors
    assert form.value.fee == fee
    assert form.text("fee") == typed


@pytest.mark.parametrize(
    "typed", ["1,5", "3,00", "1,0000", "三千円", "1_0", "3000ドル", "円", "1 2"]
)
def test_what_may_mean_two_numbers_is_asked_for_again(typed: str) -> None:
    assert check({"fee": [typed]}, Priced).value is None


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0577-73-7481", "0577-73-7481"),
        ("０５７７ー７３ー７４８１", "0577-73-7481"),
        ("(0577)73-7481", "(0577)73-7481"),
        ("+81 577 73 7481", "+81 577 73 7481"),
        ("03-1234-5678（内線 123）", "03-1234-5678(内線 123)"),
        ("0120-123-456", "0120-123-456"),
        ("", ""),
    ],
)
def test_a_telephone_number_is_kept_in_one_width(typed: str, number: str) -> None:
    assert check_telephone(typed) == number


@pytest.mark.parametrize(
    "typed", ["でんわ", "110", "0577-73-7481まで", "1" * 30, "a@b", "----------"]
)
def test_what_cannot_be_called_is_no_telephone_number(typed: str) -> None:
    with pytest.raises(ValueError, match="0577-73-7481"):
        check_telephone(typed)
