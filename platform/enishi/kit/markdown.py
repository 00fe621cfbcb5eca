"""The Markdown that opinions may use, as safe HTML: emphasis, lists, quotes, paragraphs, links.

Two gates: the parser takes raw HTML as text, and nh3 lets only the named elements through.
Headings, images and tables have no place among other people's words.
"""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_PARSER = (
    MarkdownIt("zero", {"html": False, "breaks": True})
    .enable(["paragraph", "text", "newline", "escape", "emphasis", "list", "blockquote"])
    .enable(["link", "entity", "hr", "balance_pairs", "fragments_join"])
)
_ELEMENTS = {"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "hr", "a"}


@lru_cache(maxsize=1024)
def render(text: str) -> Markup:
    """Safe HTML of an opinion's text. Links are followed by nobody's reputation."""
    return Markup(  # noqa: S704 (nh3 has cleaned it)
        nh3.clean(
            _PARSER.render(text),
            tags=_ELEMENTS,
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow ugc noopener noreferrer",
        )
    )
