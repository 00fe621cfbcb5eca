"""Line breaks between phrases (文節), so that no Japanese word is split at the end of a line.

BudouX finds the phrases; terms of the field that it would split are kept whole here.
"""

import html
import re
from functools import cache, lru_cache

from budoux import Parser, load_default_japanese_parser
from markupsafe import Markup, escape

# Terms that the model was seen to split, or that must never be split.
WHOLE_WORDS = (
    "関係人口",
    "ふるさと住民登録",
    "ふるさと住民",
    "二地域居住",
    "地域おこし協力隊",
    "農山漁村",
    "農山漁村体験",
    "国民的な議論",
    "市区町村",
    "都道府県",
    "地方公共団体",
    "利用規約",
    "個人情報",
    "ウェブアクセシビリティ",
)
_WHOLE = re.compile("|".join(sorted(WHOLE_WORDS, key=len, reverse=True)))
_JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_TAG = re.compile(r"(<[^>]*>)")
_WBR = Markup("<wbr>")


@cache
def _parser() -> Parser:
    return load_default_japanese_parser()


def split(text: str) -> list[str]:
    """The phrases of a text; joined they give the text again."""
    forbidden = {
        position
        for word in _WHOLE.finditer(text)
        for position in range(word.start() + 1, word.end())
    }
    found: list[str] = []
    position = 0
    for phrase in _parser().parse(text):
        if found and position in forbidden:
            found[-1] += phrase
        else:
            found.append(phrase)
        position += len(phrase)
    return found


@lru_cache(maxsize=4096)
def _with_breaks(text: str) -> Markup:
    return _WBR.join(escape(phrase) for phrase in split(text))


def phrases(text: object) -> Markup:
    """The text, escaped, with <wbr> between phrases, in an element that breaks only there.

    Tags of Markup are kept. A text without Japanese letters is only escaped.
    """
    safe = escape(text)
    if not _JAPANESE.search(safe):
        return safe
    pieces = (
        Markup(piece) if piece.startswith("<") else _with_breaks(html.unescape(piece))  # noqa: S704
        for piece in _TAG.split(safe)
    )
    return Markup('<span class="phrases">{}</span>').format(Markup().join(pieces))
