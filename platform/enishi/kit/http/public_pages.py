"""Handlers of public pages: rendered once, then answered from the shared page cache."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from litestar import MediaType, Request, Response

from enishi.kit import page_cache
from enishi.kit.cache import SharedCache
from enishi.kit.db import is_connection_fault

SampleCheck = Callable[[], Awaitable[bool]]
"""Whether a domain holds sample content."""

_sample_checks: tuple[SampleCheck, ...] = ()
# One answer for all pages that are rendered within the page cache's time.
_has_samples: SharedCache[bool] = SharedCache(seconds=page_cache.SECONDS, size=1)


def set_sample_checks(*checks: SampleCheck) -> None:
    """Register the checks of all domains, replacing earlier ones: pages then carry a notice."""
    global _sample_checks  # noqa: PLW0603 (registered by wiring, once for each process)
    _sample_checks = checks
    _has_samples.invalidate()


async def _nothing() -> Mapping[str, Any]:
    return {}


async def public_page(
    request: Request[Any, Any, Any],
    template: str,
    load: Callable[[], Awaitable[Mapping[str, Any]]] = _nothing,
    on_shown: page_cache.OnShown | None = None,
) -> Response[bytes]:
    """Answer a page from the shared cache, rendered with what `load` returns on a miss.

    The cache key is the whole address, so `load` and `template` may depend on nothing else: the
    fast path answers the next request without calling the handler.
    """

    async def compute() -> page_cache.Page:
        context = {"request": request, "has_samples": await has_samples(), **await load()}
        body = page_cache.render(template, context).encode()
        route = request.scope.get("path_template", "")
        return page_cache.Page.of(body, route, *([on_shown] if on_shown else []))

    page = await page_cache.get(request.scope, compute)
    page.on_shown(request.scope)
    if page.matches(request.headers.get("if-none-match", "")):
        return Response(b"", status_code=304, headers=page.headers, media_type=MediaType.HTML)
    return Response(page.body, headers=page.headers, media_type=MediaType.HTML)


async def has_samples() -> bool:
    """Whether any domain holds sample content.

    False while the database cannot be reached: the terms can be read without one.
    """

    async def check_all() -> bool:
        for check in _sample_checks:
            if await check():
                return True
        return False

    try:
        return await _has_samples.get("", check_all)
    except Exception as error:
        if not is_connection_fault(error):
            raise
        return False
