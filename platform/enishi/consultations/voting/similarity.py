"""Similarity of short texts by character bigrams: for the search and the look-alike check.

Japanese has no spaces and most of its words have two characters, so bigrams find matches that words
or trigrams would miss. Texts are folded first (`kit/folding.py`): ｶﾞｯｺｳ, ガッコウ and がっこう are
equal. `enishi migrate` stores the folded texts and their bigrams anew when the folding changes.
"""

from collections.abc import Iterable

from enishi.kit import folding

FOLDING = 1
"""The version of what is stored. Raise it when the folding or the bigrams change."""


def stored(texts: Iterable[str]) -> tuple[str, list[str], int]:
    """The columns `folded`, `grams` and `folding` of a statement with its translations."""
    folded = "\n".join(filter(None, map(folding.words, texts)))
    return folded, of_folded(folded), FOLDING


def bigrams(text: str) -> list[str]:
    """The distinct bigrams of the folded text, sorted; a single character stands for itself."""
    return of_folded(folding.words(text))


def of_folded(lines: str) -> list[str]:
    """As `bigrams`, of folded texts: of all the lines together."""
    found: set[str] = set()
    for plain in lines.split("\n"):
        found |= {plain[i : i + 2] for i in range(len(plain) - 1)} or {plain}
    return sorted(found - {""})


def dice_coefficient(one: list[str], other: list[str]) -> float:
    """Dice's coefficient of two sets of bigrams: 0 (none in common) to 1 (equal)."""
    if not one or not other:
        return 0.0
    return 2 * len(set(one) & set(other)) / (len(one) + len(other))


def most_alike(one: list[str], folded: str) -> float:
    """The greatest coefficient of bigrams with one of the lines of `stored`'s folded texts."""
    return max(dice_coefficient(one, of_folded(line)) for line in folded.split("\n"))
