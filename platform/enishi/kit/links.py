"""Addresses of pages, by route name, in the reader's language: the one way to build an address.

Web processes resolve names with the application's own routes. Processes without a web framework
(the worker composes mails) know the routes that a domain declares; a test compares declared
patterns with the application's.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from enishi.kit import i18n
from enishi.kit.i18n import Language
from enishi.settings import get_settings

_PLACEHOLDER = re.compile(r"\{(\w+)\}")

_declared: dict[str, str] = {}
_resolve: Callable[..., str] | None = None


def set_resolver(resolve: Callable[..., str]) -> None:
    """Register the application's `route_reverse`; the application made last wins."""
    global _resolve  # noqa: PLW0603 (one application in a process, several only in tests)
    _resolve = resolve
    _reverse.cache_clear()


def declare(route_name: str, pattern: str) -> str:
    """Make a route known to processes without a web framework; returns its name.

    `pattern` is a path as in "/{language}/dialogues/{slug}".
    """
    _declared[route_name] = pattern
    return route_name


def declared() -> Mapping[str, str]:
    """Route name -> pattern of all declared routes."""
    return _declared


def link(
    route_name: str,
    language: str | None = None,
    /,
    *,
    query: Mapping[str, str] | None = None,
    fragment: str = "",
    **params: Any,
) -> str:
    """The path of a page, with query and fragment. Raises an error for an unknown name.

    An empty value in `query` is a flag: its name stands alone, as in "?saved".
    """
    chosen = language or i18n.current_language().value
    path = _reverse(route_name, language=chosen, **params)
    if query:
        pairs = (
            urlencode({name: value}) if value else quote(name) for name, value in query.items()
        )
        path += f"?{'&'.join(pairs)}"
    return f"{path}#{fragment}" if fragment else path


def absolute(route_name: str, language: str | None = None, /, **params: Any) -> str:
    """As `link`, with the site's base URL in front: for mail, feeds and calendars."""
    return get_settings().base_url.rstrip("/") + link(route_name, language, **params)


# Pages use the same few addresses, and each lookup searches the routes.
@lru_cache(maxsize=4096)
def _reverse(route_name: str, /, **params: Any) -> str:
    if _resolve is not None:
        return _resolve(route_name, **params)
    pattern = _declared[route_name]
    return _PLACEHOLDER.sub(lambda found: quote(str(params[found[1]]), safe=""), pattern)


def language_urls(path: str, query: str = "") -> dict[str, str]:
    """This page in each language: {"ja": …, "en": …}; the home page for an address without one.

    `path` is decoded, as in an ASGI scope; `query` is not.
    """
    first, _, rest = path[1:].partition("/")
    suffix = f"/{quote(rest)}" if first in tuple(Language) else "/"
    if query:
        suffix += f"?{query}"
    return {language.value: f"/{language.value}{suffix}" for language in Language}
