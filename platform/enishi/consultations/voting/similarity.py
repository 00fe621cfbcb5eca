"""Two-character pieces of a text: what search and the look-alike check compare.

Japanese is written without spaces and most of its words have two characters, so pieces of two
find what words or three-character pieces would miss. Normalised before (NFKC, case, kana, no
punctuation), so that ｶﾞｯｺｳ, ガッコウ and がっこう are the same.
"""

import unicodedata

_KATAKANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}


def normalise(text: str) -> str:
    """The letters and digits of a text, folded: width, case, katakana to hiragana."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_KATAKANA)
    return "".join(char for char in folded if char.isalnum() or char in "ー々〆")


def bigrams(text: str) -> list[str]:
    """Each pair of neighbouring characters once, sorted; the text itself if it has but one."""
    plain = normalise(text)
    if len(plain) < 2:
        return [plain] if plain else []
    return sorted({plain[i : i + 2] for i in range(len(plain) - 1)})


def likeness(one: list[str], other: list[str]) -> float:
    """Dice's coefficient of two sets of pieces: 0 nothing in common, 1 the same."""
    if not one or not other:
        return 0.0
    return 2 * len(set(one) & set(other)) / (len(one) + len(other))
