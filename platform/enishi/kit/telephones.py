"""Telephone numbers that an office publishes: digits with hyphens, and perhaps an extension."""

import re
import unicodedata

from enishi.kit.i18n import gettext_lazy

_HYPHENS = str.maketrans("‐‑‒–—―−ー～〜ｰ", "-----------")
_NUMBER = re.compile(
    r"\+?[0-9(][0-9() -]*[0-9)]"
    r"(?:[ (、,]*(?:内線|代表|直通|ext\.?)[ :]*[0-9、,-]*\)?)?",
    re.IGNORECASE,
)
_FEWEST_DIGITS, _MOST_DIGITS = 9, 20  # 03-1234-5678 has ten, without its 0 nine


def check_telephone(text: str) -> str:
    """The number in half-width characters; empty stays empty. Raises ValueError."""
    plain = unicodedata.normalize("NFKC", text.translate(_HYPHENS)).translate(_HYPHENS).strip()
    if not plain:
        return ""
    digits = sum(each.isdecimal() for each in plain)
    if not _NUMBER.fullmatch(plain) or not _FEWEST_DIGITS <= digits <= _MOST_DIGITS:
        raise ValueError(
            gettext_lazy("電話番号は「0577-73-7481」のように、数字とハイフンで入力してください。")
        )
    return plain
