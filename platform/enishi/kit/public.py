"""Pages that every visitor sees alike: rendered once for all, kept for a moment.

What belongs to one person (their name, their votes) is a fragment of its own and never here.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from litestar import MediaType, Request, Response

from enishi.kit import i18n
from enishi.kit.cache import SharedCache
from enishi.settings import get_settings

SECONDS = 10
_LONGEST_QUERY = 200


@dataclass(frozen=True)
class _Rendered:
    body: bytes
    etag: str


Render = Callable[[str, Mapping[str, Any]], str]
_renderers: list[Render] = []


def use_renderer(render: Render) -> None:
    """Called by whoever owns the templates: the kit knows none."""
    _renderers[:] = [render]


_cache: SharedCache[_Rendered] = SharedCache(seconds=SECONDS, size=512)


async def _nothing() -> Mapping[str, Any]:
    return {}


async def public_page(
    request: Request[Any, Any, Any],
    template: str,
    load: Callable[[], Awaitable[Mapping[str, Any]]] = _nothing,
) -> Response[bytes]:
    """A page from the shared cache, rendered with what `load` gives when it is not there.

    The key is the language and the whole address, so `load` may depend on nothing else.
    """

    async def compute() -> _Rendered:
        body = _renderers[0](template, {"request": request, **await load()}).encode()
        return _Rendered(body, f'W/"{hashlib.sha256(body).hexdigest()[:20]}"')

    query = request.scope["query_string"].decode("latin-1")
    if get_settings().is_development or len(query) > _LONGEST_QUERY:
        page = await compute()
    else:
        key = (i18n.current_language(), template, request.scope["path"], query)
        page = await _cache.get(key, compute)
    headers = {
        "etag": page.etag,
        "cache-control": f"public, max-age={SECONDS}, stale-while-revalidate=60",
    }
    if page.etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type=MediaType.HTML)
    return Response(page.body, headers=headers, media_type=MediaType.HTML)


def forget_pages() -> None:
    """Drop every kept page of this process (tests, and after an import)."""
    _cache.forget()
