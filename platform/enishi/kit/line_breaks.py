"""Line breaks between phrases (文節), so that no Japanese word is split at the end of a line.

BudouX finds the phrases. Words that it would split are kept whole here: terms of the field, and
those that are registered, such as the names of municipalities.
"""

import html
import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from itertools import accumulate, chain

import regex
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
_JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_GRAPHEME = regex.compile(r"\X")
_TAG = re.compile(r"(<[^>]*>)")
_WBR = Markup("<wbr>")


Source = Callable[[], Iterable[str]]

_sources: list[Source] = []


def keep_whole(source: Source) -> None:
    """Register more words that are never split; the source is read when the first text is."""
    if source not in _sources:
        _sources.append(source)
        _whole_words.cache_clear()
        _with_breaks.cache_clear()


@cache
def _whole_words() -> dict[str, list[str]]:
    """The words by their first two characters, the longest first.

    A regular expression would try each of two thousand names at each character.
    """
    found: dict[str, list[str]] = {}
    for word in {*WHOLE_WORDS, *chain.from_iterable(source() for source in _sources)}:
        found.setdefault(word[:2], []).append(word)
    for words in found.values():
        words.sort(key=len, reverse=True)
    return found


def _words_in(text: str) -> list[tuple[int, int]]:
    """(begin, end) of the whole words. Where words overlap, the one that begins first counts."""
    words = _whole_words()
    found: list[tuple[int, int]] = []
    position = 0
    while position < len(text) - 1:
        candidates = words.get(text[position : position + 2], ())
        word = next((each for each in candidates if text.startswith(each, position)), "")
        if word:
            found.append((position, position + len(word)))
        position += len(word) or 1
    return found


@cache
def _parser() -> Parser:
    return load_default_japanese_parser()


def split(text: str) -> list[str]:
    """The phrases of a text; joined they give the text again.

    A word is never split, and two that follow each other are: 滋賀県 and 蒲生郡日野町.
    """
    lengths = [len(phrase) for phrase in _parser().parse(text)]
    # The model sees code points, and would part か and its combining mark.
    breaks = set(accumulate(lengths)) & {each.end() for each in _GRAPHEME.finditer(text)}
    words = _words_in(text)
    for begin, end in words:
        breaks.difference_update(range(begin + 1, end))
    breaks |= {end for _, end in words} & {begin for begin, _ in words}
    ends = sorted(breaks)
    return [text[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]


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
