"""Normal forms: one spelling for the many ways of typing the name of a place."""

import re

from enishi.kit.folding import fold
from enishi.places.schemas import Place, PlaceKind

_MACRONS = str.maketrans("āâīîūûēêōô", "aaiiuueeoo")
_IGNORED = re.compile(r"[\x00-\x1f\s'’‘`´‐-―−,.、。・･()/-]+")
_LONG_O = re.compile("oh(?![aiueoy])|o[ou]+")
_LONG_U = re.compile("uu+")
_ENDINGS = {
    "name": re.compile("[都府県市区町村]$"),
    "kana": re.compile("(?:し|く|ちょう|まち|そん|むら|けん|ふ|と)$"),
    "romaji": re.compile("-[^-]+$"),
}
# The kind of municipality at the end of a query, which may be the wrong one or one too many.
_TYPED_ENDING = re.compile(
    "(?<=..)(?:shi|cho|machi|mura|son|ku|city|town|village|ward"
    "|し|ちょう|まち|むら|そん|く|市|町|村|区)$"
)


def normalised(text: str) -> str:
    """Remove differences of width, case, kana, long vowels, marks, spaces and old kanji.

    The normal form of a prefix is a prefix of the normal form, so search works while typing.
    """
    text = fold(text)
    if not text.isascii():
        text = text.translate(_MACRONS)
    text = _IGNORED.sub("", text)
    return _LONG_U.sub("u", _LONG_O.sub("o", text))


def without_ending(query: str) -> str:
    """A normal form without the kind of municipality at its end, if it has one."""
    return _TYPED_ENDING.sub("", query)


def keys(place: Place, parent: Place | None) -> list[str]:
    """The normal forms that a place is found by, plain names first."""
    bare = _bare(place)
    names = [place.name, place.kana, place.romaji, place.name_en, *bare]
    if place.district:
        names += [place.district + place.name, place.district_kana + place.kana]
    if place.kind is PlaceKind.WARD and parent is not None:
        parts = zip(_bare(parent), bare, strict=True)
        names += [parent.name + place.name, parent.kana + place.kana]
        names += [above + below for above, below in parts]
    # 龍ケ崎 is also written 龍が崎, and Nanba Namba.
    names += [name.replace("ケ", "が").replace("ヶ", "が") for name in names]
    names += [re.sub("n(?=[bmp])", "m", name) for name in names if name.isascii()]
    return list(dict.fromkeys(normalised(name) for name in names))


def _bare(place: Place) -> list[str]:
    """Kanji, kana and romaji without the kind: 日野, ひの, Hino. 北海道 is not shortened."""
    written = {"name": place.name, "kana": place.kana, "romaji": place.romaji}
    if place.kind is PlaceKind.PREFECTURE and place.name.endswith("道"):
        return list(written.values())
    return [_ENDINGS[kind].sub("", text) for kind, text in written.items()]
