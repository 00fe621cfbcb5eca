"""Handlers of public pages: rendered once, then answered from the shared page cache."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from litestar import Request, Response

from enishi.kit import page_cache, stale_pages
from enishi.kit.http import conditional, opened_as


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
        context = {
            "request": request,
            "is_shared": True,
            "has_samples": await page_cache.has_samples(),
            **await load(),
        }
        with opened_as.left_out():
            body = page_cache.render(template, context).encode()
        stale_pages.database_answered()
        route = request.scope.get("path_template", "")
        return page_cache.Page.of(body, route, *([on_shown] if on_shown else []))

    page = await page_cache.get(request.scope, compute)
    page.on_shown(request.scope)
    shown = page.representations.get(conditional.accepted_codings(request))
    return conditional.answer(request, shown)
