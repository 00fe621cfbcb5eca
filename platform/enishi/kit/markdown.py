"""Markdown of opinions as safe HTML: emphasis, lists, quotes, paragraphs and links.

Two barriers: the parser treats raw HTML as text, and nh3 removes all but the named elements.
Headings, images and tables are not allowed: they would disturb the page around them.
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
