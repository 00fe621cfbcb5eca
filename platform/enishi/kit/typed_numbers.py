"""Numbers as people type them: ３，０００円, ¥3,000, 20人, 1988年."""

import re
import unicodedata

_UNITS = "円|人|名|組|歳|才|回|枚|件|個|日|分|年|yen"
_NUMBER = re.compile(
    rf"[¥\\]?\s*(?P<digits>-?[0-9]{{1,3}}(?:[,、][0-9]{{3}})+|-?[0-9]+)\s*(?:{_UNITS})?",
    re.IGNORECASE,
)


def plain_number(text: str) -> str:
    """The digits of a whole number with separators of thousands, a yen sign or a unit.

    Any other text is returned as it is, for the message of its field: 1,5 may mean 1.5 or 15.
    """
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return re.sub("[,、]", "", found["digits"]) if found else text
