"""Similarity of short texts by character bigrams: for the search and the look-alike check.

Japanese has no spaces and most of its words have two characters, so bigrams find matches that words
or trigrams would miss. Texts are normalised first (NFKC, case, kana, no punctuation): ｶﾞｯｺｳ,
ガッコウ and がっこう are equal.
"""

import unicodedata

_KATAKANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}


def normalise(text: str) -> str:
    """Letters and digits only; width and case folded, katakana to hiragana."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_KATAKANA)
    return "".join(char for char in folded if char.isalnum() or char in "ー々〆")


def bigrams(text: str) -> list[str]:
    """The distinct bigrams of the normalised text, sorted; a single character stands for itself."""
    plain = normalise(text)
    if len(plain) < 2:
        return [plain] if plain else []
    return sorted({plain[i : i + 2] for i in range(len(plain) - 1)})


def dice_coefficient(one: list[str], other: list[str]) -> float:
    """Dice's coefficient of two sets of bigrams: 0 (none in common) to 1 (equal)."""
    if not one or not other:
        return 0.0
    return 2 * len(set(one) & set(other)) / (len(one) + len(other))
