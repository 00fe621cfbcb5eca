"""Static files: the URL holds the content's hash, so they are cached for ever."""

import hashlib
from functools import cache

from litestar import Router
from litestar.datastructures import CacheControlHeader
from litestar.static_files import create_static_files_router

from enishi.accounts.access import PUBLIC
from enishi.paths import STATIC
from enishi.settings import get_settings


@cache
def _version(path: str) -> str:
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]


def url(path: str) -> str:
    """The URL of a static file. A missing file raises at rendering instead of breaking the page."""
    if get_settings().is_development:
        _version.cache_clear()
    return f"/static/{path}?v={_version(path)}"


def router() -> Router:
    keep = (
        CacheControlHeader(no_cache=True)
        if get_settings().is_development
        else CacheControlHeader(public=True, max_age=31_536_000, immutable=True)
    )
    return create_static_files_router(
        path="/static",
        directories=[STATIC],
        cache_control=keep,
        include_in_schema=False,
        opt={"access": PUBLIC},
    )
