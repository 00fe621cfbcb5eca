"""Addresses of pages, by route name, in the reader's language."""

from functools import lru_cache
from typing import Any
from urllib.parse import quote

from litestar import Litestar

from enishi.kit import i18n
from enishi.kit.i18n import Language

_applications: list[Litestar] = []


def register(app: Litestar) -> None:
    """Remember the application whose routes are named; the last one made wins."""
    _applications[:] = [app]
    _reverse.cache_clear()


def link(route_name: str, language: str | None = None, /, **params: Any) -> str:
    """The address of a page of ours. Raises NoRouteMatchFoundException for an unknown name."""
    spoken = language or i18n.current_language().value
    return _reverse(route_name, language=spoken, **params)


# A page asks for the same few addresses again and again, and each takes a search of the routes.
@lru_cache(maxsize=4096)
def _reverse(route_name: str, /, **params: Any) -> str:
    return _applications[0].route_reverse(route_name, **params)


def language_urls(path: str, query: str = "") -> dict[str, str]:
    """This page in each language: {"ja": …, "en": …}; the home page for an address without one.

    `path` is decoded, as in an ASGI scope; `query` is not.
    """
    first, _, rest = path[1:].partition("/")
    suffix = f"/{quote(rest)}" if first in tuple(Language) else "/"
    if query:
        suffix += f"?{query}"
    return {language.value: f"/{language.value}{suffix}" for language in Language}
