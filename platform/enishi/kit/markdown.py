"""Markdown of opinions as safe HTML: emphasis, lists, quotes, paragraphs and links.

Two barriers: the parser treats raw HTML as text, and nh3 removes all but the named elements.
Headings, images and tables are not allowed: they would disturb the page around them.
"""

from functools import lru_cache

import nh3
import regex
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, emphasis
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token
from markupsafe import Markup

_PARSER = (
    MarkdownIt("zero", {"html": False, "breaks": True})
    .enable(["paragraph", "text", "newline", "escape", "emphasis", "list", "blockquote"])
    .enable(["link", "entity", "hr", "balance_pairs", "fragments_join"])
)
_SPACE = regex.compile(r"\s")
_EAST_ASIAN = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}\u3000-\u303f\uff00-\uffef]"
)
_MARK = regex.compile(r"[\p{P}\p{S}]")  # punctuation, as CommonMark counts it


def _emphasis(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (the parser's signature)
    """Asterisks beside East Asian letters, which stand without spaces.

    CommonMark lets `**` close behind punctuation only where a space or punctuation follows, so that
    `**重要。**次へ` stays as it is. Here East Asian punctuation counts as a letter, and other
    punctuation may stand between `**` and an East Asian letter. Underscores are as in CommonMark.
    """
    text, begin = state.src, state.pos
    if silent or text[begin] != "*":
        return emphasis.tokenize(state, silent)
    end = begin
    while end < state.posMax and text[end] == "*":
        end += 1
    before = text[begin - 1] if begin else " "
    after = text[end] if end < state.posMax else " "
    for _ in range(begin, end):
        token = state.push("text", "", 0)
        token.content = "*"
        state.delimiters.append(
            Delimiter(
                marker=ord("*"),
                length=end - begin,
                token=len(state.tokens) - 1,
                end=-1,
                open=_touches(after, before),
                close=_touches(before, after),
            )
        )
    state.pos = end
    return True


def _touches(inside: str, outside: str) -> bool:
    """Whether asterisks between the two characters may enclose text on the side of `inside`."""
    if _SPACE.match(inside):
        return False
    if _EAST_ASIAN.match(inside) or not _MARK.match(inside):
        return True
    return bool(_SPACE.match(outside) or _EAST_ASIAN.match(outside) or _MARK.match(outside))


_PARSER.inline.ruler.at("emphasis", _emphasis)
_ELEMENTS = {"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "hr", "a"}


@lru_cache(maxsize=1024)
def render(text: str) -> Markup:
    """Safe HTML of an opinion's text. Links get rel="nofollow ugc"."""
    return Markup(  # noqa: S704 (nh3 has cleaned it)
        nh3.clean(
            _PARSER.render(text),
            tags=_ELEMENTS,
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow ugc noopener noreferrer",
        )
    )


_ANY = MarkdownIt("commonmark", {"html": False})


def plain(text: str) -> str:
    """The text without its marks, for pages that show it as text: imported descriptions.

    Paragraphs are parted by an empty line, items of lists begin with "• ", and the address of a
    link follows its words.
    """
    blocks: list[str] = []
    lead, in_item = "", False
    for token in _ANY.parse(text):
        if token.type == "list_item_open":
            lead, in_item = "• ", True
        elif token.type == "list_item_close":
            lead, in_item = "", False
        elif token.type in ("inline", "fence", "code_block"):
            content = _words(token) if token.type == "inline" else token.content.rstrip("\n")
            joined = "\n" if in_item and blocks and blocks[-1].startswith("• ") else "\n\n"
            blocks += [joined] if blocks else []
            blocks.append(lead + content)
            lead = ""
    return "".join(blocks)


def _words(inline: Token) -> str:
    """The words of an inline token; the address of a link in brackets unless it is the words."""
    words: list[str] = []
    links: list[tuple[str, int]] = []
    for token in inline.children or ():
        if token.type == "link_open":
            links.append((str(token.attrs["href"]), len(words)))
        elif token.type == "link_close":
            address, begin = links.pop()
            if "".join(words[begin:]) != address:
                words.append(f" ({address})")
        elif token.type in ("softbreak", "hardbreak"):
            words.append("\n")
        else:
            words.append(token.content)
    return "".join(words)
