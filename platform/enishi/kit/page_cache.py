"""The cache of rendered public pages and fragments of one process.

It holds only content that is the same for every visitor; personal parts (a name, own votes) are
fragments that are never cached. Headless: services invalidate pages also in processes without
HTTP. `kit.http.public_pages` renders and answers them.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from markupsafe import Markup

from enishi.kit import clock
from enishi.kit.cache import SharedCache
from enishi.kit.content_coding import IDENTITY, QUICK, Content, Representations
from enishi.kit.i18n import current_language
from enishi.kit.outages import is_connection_fault
from enishi.settings import get_settings

SECONDS = 10
# How long a page is good enough while the database is away, here and in caches before the site. No
# longer, because a text may have been hidden meanwhile: other processes do not tell this one.
STALE_SECONDS = 600
_LONGEST_ADDRESS = 300  # bytes; a longer address is rendered at each request
_MEDIA_TYPE = "text/html; charset=utf-8"
_CACHE_CONTROL = (
    f"public, max-age={SECONDS}, stale-while-revalidate=60, stale-if-error={STALE_SECONDS}"
)

Scope = Mapping[str, Any]
"""An ASGI HTTP scope; Any, because this module imports no framework."""
OnShown = Callable[[Any], None]
"""Called with the ASGI scope of each request that a page answers, cache hits included.

Must be quick and must not raise.
"""


def _do_nothing(_: Any) -> None:
    """The default: most pages do not count page views."""


@dataclass(frozen=True)
class Page:
    """A rendered page in each content coding, and the pattern of the route that rendered it."""

    representations: Representations
    route: str
    on_shown: OnShown = _do_nothing
    rendered_at: datetime = field(default_factory=clock.now)

    @classmethod
    def of(cls, body: bytes, route: str, on_shown: OnShown = _do_nothing) -> "Page":
        """A page whose entity tags are made of a hash of the body."""
        content = Content(body, hashlib.sha256(body).hexdigest()[:20], _MEDIA_TYPE, _CACHE_CONTROL)
        return cls(Representations(content, QUICK), route, on_shown)

    @property
    def body(self) -> bytes:
        """The page without a content coding."""
        return self.representations.get(IDENTITY.encode()).body


Render = Callable[[str, Mapping[str, Any]], str]
_renderer: Render | None = None


def set_renderer(renderer: Render) -> None:
    """Register the template engine, which is created above the kit."""
    global _renderer  # noqa: PLW0603 (one engine for each process, set once at import)
    _renderer = renderer


def render(template: str, context: Mapping[str, Any]) -> str:
    """Render a template without a handler of the framework."""
    if _renderer is None:
        raise RuntimeError("no template engine was registered")
    return _renderer(template, context)


_pages: SharedCache[Page] = SharedCache(seconds=SECONDS, size=512)
_fragments: SharedCache[Markup] = SharedCache(seconds=SECONDS, size=4096)


async def get(scope: Scope, compute: Callable[[], Awaitable[Page]]) -> Page:
    """The page of the scope's address, computed on a cache miss.

    The key is the raw path with the query (the language is a part of the path), so `compute` may
    depend on nothing else of the request.
    """
    address = _address(scope)
    if get_settings().is_development or len(address) > _LONGEST_ADDRESS:
        return await compute()
    return await _pages.get(address, compute)


def peek_cached(scope: Scope) -> Page | None:
    """The cached page of a GET request; None means *not cached*, not *does not exist*."""
    return _pages.peek(_address(scope))


def peek_stale(scope: Scope) -> Page | None:
    """As peek_cached, also for a page whose time is over, for at most STALE_SECONDS."""
    return _pages.peek_stale(_address(scope), STALE_SECONDS)


def _address(scope: Scope) -> bytes:
    # The raw path: routing rewrites `path`, and this is called before and after routing.
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    return raw + b"?" + query


SampleCheck = Callable[[], Awaitable[bool]]
"""Whether a domain holds sample content."""

_sample_checks: tuple[SampleCheck, ...] = ()
# One check for all pages that are rendered within the lifetime of the cache.
_samples: SharedCache[bool] = SharedCache(seconds=SECONDS, size=1)


def set_sample_checks(*checks: SampleCheck) -> None:
    """Register the checks of all domains, replacing earlier ones: pages then carry a notice."""
    global _sample_checks  # noqa: PLW0603 (registered by wiring, once for each process)
    _sample_checks = checks


async def has_samples() -> bool:
    """Whether any domain holds sample content.

    False while the database cannot be reached: static pages are then still served.
    """

    async def check_all() -> bool:
        for check in _sample_checks:
            if await check():
                return True
        return False

    try:
        return await _samples.get("", check_all)
    except Exception as error:
        if not is_connection_fault(error):
            raise
        return False


async def fragment(template: str, context: Mapping[str, Any], *key: object) -> Markup:
    """A cached part of a page; `key` identifies the values in `context`."""

    async def compute() -> Markup:
        # A template of ours, which escapes its context.
        return Markup(render(template, context))  # noqa: S704

    if get_settings().is_development:
        return await compute()
    return await _fragments.get((template, current_language(), *key), compute)


def invalidate() -> None:
    """Drop every page and fragment of this process: after a write that changes public pages."""
    _pages.invalidate()
    _fragments.invalidate()
    _samples.invalidate()
