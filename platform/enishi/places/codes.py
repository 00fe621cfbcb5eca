"""全国地方公共団体コード: JIS X 0401 (2 digits), JIS X 0402 (3 digits) and a check digit.

Always text: the codes of nine prefectures begin with 0.
"""

import re

_WEIGHTS = (6, 5, 4, 3, 2)
_FIVE = re.compile(r"[0-9]{5}")
_SIX = re.compile(r"[0-9]{6}")


def check_digit(five: str) -> str:
    """The sixth digit: 11 minus (weighted sum mod 11), and of that the last digit."""
    if not _FIVE.fullmatch(five):
        raise ValueError(f"{five!r} is not five digits")
    total = sum(int(digit) * weight for digit, weight in zip(five, _WEIGHTS, strict=True))
    return str((11 - total % 11) % 10)


def with_check_digit(five: str) -> str:
    return five + check_digit(five)


def is_code(text: str) -> bool:
    """Whether the text is six digits with a valid check digit; the place need not exist."""
    return bool(_SIX.fullmatch(text)) and check_digit(text[:5]) == text[5]


def prefecture_code(code: str) -> str:
    """The code of the prefecture that a place lies in."""
    return with_check_digit(f"{code[:2]}000")
