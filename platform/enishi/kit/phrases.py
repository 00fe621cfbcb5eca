"""Line breaks between phrases (文節), so that a Japanese word is not torn apart at a line's end."""

from functools import cache, lru_cache

from budoux import Parser, load_default_japanese_parser
from markupsafe import Markup, escape

from enishi.kit.i18n import Language, current_language


@cache
def _parser() -> Parser:
    return load_default_japanese_parser()


@lru_cache(maxsize=4096)
def _broken(text: str) -> Markup:
    return Markup("<wbr>").join(escape(phrase) for phrase in _parser().parse(text))


def phrases(text: object) -> Markup:
    """The text, escaped, with <wbr> between Japanese phrases. Needs `word-break: keep-all`."""
    if current_language() is Language.EN:
        return escape(text)
    return _broken(str(text))
