"""Pages that every visitor sees alike: rendered once for all, kept for a moment.

What belongs to one person (their name, their votes) is a fragment of its own and never here.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from litestar import MediaType, Request, Response
from litestar.types import HTTPScope
from markupsafe import Markup

from enishi.kit.cache import SharedCache
from enishi.kit.db import is_connection_fault
from enishi.kit.i18n import current_language
from enishi.settings import get_settings

SECONDS = 10
_LONGEST_ADDRESS = 300  # bytes; what is longer is rendered each time


Shown = Callable[[HTTPScope], None]
"""Told of each request that a page answers, also from the cache. Quick, and never fails."""


def _untold(_: HTTPScope) -> None:
    """Most pages do not count how often they are shown."""


@dataclass(frozen=True)
class Page:
    """A rendered page, and the pattern of the route that made it."""

    body: bytes
    etag: str
    route: str
    shown: Shown = _untold

    @property
    def headers(self) -> dict[str, str]:
        return {
            "etag": self.etag,
            "cache-control": f"public, max-age={SECONDS}, stale-while-revalidate=60",
        }

    @cached_property
    def raw_headers(self) -> tuple[tuple[bytes, bytes], ...]:
        return tuple((name.encode(), value.encode()) for name, value in self.headers.items())

    @cached_property
    def raw_headers_with_body(self) -> tuple[tuple[bytes, bytes], ...]:
        return (
            *self.raw_headers,
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(self.body)).encode()),
        )

    def is_known_to(self, if_none_match: str) -> bool:
        """Whether the asking browser has it already (RFC 9110, 13.1.2)."""
        return self.etag in if_none_match


Render = Callable[[str, Mapping[str, Any]], str]
_renderers: list[Render] = []


def use_renderer(render: Render) -> None:
    """Called by whoever owns the templates: the kit knows none."""
    _renderers[:] = [render]


def render(template: str, context: Mapping[str, Any]) -> str:
    """A template outside a handler of the framework."""
    return _renderers[0](template, context)


Check = Callable[[], Awaitable[bool]]
_sample_checks: list[Check] = []


def tell_samples_by(check: Check) -> None:
    """Called by whoever knows whether the site holds sample content: its pages then say so."""
    _sample_checks[:] = [check]


_cache: SharedCache[Page] = SharedCache(seconds=SECONDS, size=512)
# Asked for each page that is rendered; the answer changes when samples come or go.
_sample_cache: SharedCache[bool] = SharedCache(seconds=SECONDS, size=1)


async def _nothing() -> Mapping[str, Any]:
    return {}


async def public_page(
    request: Request[Any, Any, Any],
    template: str,
    load: Callable[[], Awaitable[Mapping[str, Any]]] = _nothing,
    shown: Shown = _untold,
) -> Response[bytes]:
    """A page from the shared cache, rendered with what `load` gives when it is not there.

    The key is the whole address (the language is a part of it), so `load` and `template` may
    depend on nothing else: `recall` gives the page to the next visitor without asking.
    """

    async def compute() -> Page:
        context = {"request": request, "has_samples": await _has_samples(), **await load()}
        body = render(template, context).encode()
        etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
        return Page(body, etag, request.scope.get("path_template", ""), shown)

    address = _address(request.scope)
    if get_settings().is_development or len(address) > _LONGEST_ADDRESS:
        page = await compute()
    else:
        page = await _cache.get(address, compute)
    page.shown(request.scope)
    if page.is_known_to(request.headers.get("if-none-match", "")):
        return Response(b"", status_code=304, headers=page.headers, media_type=MediaType.HTML)
    return Response(page.body, headers=page.headers, media_type=MediaType.HTML)


_fragments: SharedCache[Markup] = SharedCache(seconds=SECONDS, size=4096)


async def fragment(template: str, context: Mapping[str, Any], *key: object) -> Markup:
    """A piece of a page that everybody sees alike; `key` tells apart what `context` differs in."""

    async def compute() -> Markup:
        # A template of ours, which escapes what it is given.
        return Markup(render(template, context))  # noqa: S704

    if get_settings().is_development:
        return await compute()
    return await _fragments.get((template, current_language(), *key), compute)


async def _has_samples() -> bool:
    """No while nobody can say: the terms can be read without a database."""

    async def ask() -> bool:
        return any([await check() for check in _sample_checks])

    try:
        return await _sample_cache.get("", ask)
    except Exception as error:
        if not is_connection_fault(error):
            raise
        return False


def recall(scope: HTTPScope) -> Page | None:
    """The page that is kept for the address of a GET request, without computing anything."""
    return _cache.peek(_address(scope))


def _address(scope: HTTPScope) -> bytes:
    # The raw path: routing rewrites the other one, and this is asked before and after.
    return (scope.get("raw_path") or scope["path"].encode()) + b"?" + scope["query_string"]


def forget_pages() -> None:
    """Drop every kept page of this process (tests, and after an import)."""
    _cache.forget()
    _fragments.forget()
    _sample_cache.forget()
