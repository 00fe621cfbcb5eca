"""The most frequent requests (cached pages, votes, cards), answered without the framework.

The responses equal those of the application: a page was rendered by it and cached, and a vote that
needs more than the caches is passed on to it.
"""

from collections.abc import Sequence

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from enishi.consultations.voting import fast_path
from enishi.kit import page_cache, stale_pages
from enishi.web import error_pages

# A tuple where a response always has the same headers: the edge caches the completed ones by it.
Headers = Sequence[tuple[bytes, bytes]]

_HTML = (b"content-type", b"text/html; charset=utf-8")


class FastPath:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            if scope["method"] == "GET":
                if (page := page_cache.peek_cached(scope)) is not None:
                    await _send_page(page, scope, send)
                elif (stale := stale_pages.find_in_outage(scope)) is not None:
                    await _send_stale(stale, send)
                elif (voter := fast_path.read_card(scope)) is not None:
                    await _send_card(voter, scope, receive, send)
                else:
                    await self._app(scope, receive, send)
                return
            vote, receive = await fast_path.read_vote(scope, receive)
            if vote is not None:
                await _cast(vote, scope, receive, send)
                return
        await self._app(scope, receive, send)


async def _send_page(page: page_cache.Page, scope: HTTPScope, send: Send) -> None:
    scope["path_template"] = page.route
    page.on_shown(scope)
    accepted = known = b""
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            accepted = value
        elif name == b"if-none-match":
            known = value
    shown = page.representations.get(accepted)
    if known and shown.is_known_by(known):
        await _send(send, 304, shown.headers_without_body)
    else:
        await _send(send, 200, shown.headers, shown.body)


async def _send_stale(page: stale_pages.StalePage, send: Send) -> None:
    headers = [(name.encode(), value.encode()) for name, value in page.headers]
    await _send(send, 200, headers, page.body)


async def _send_card(
    voter: fast_path.CachedVoter, scope: HTTPScope, receive: Receive, send: Send
) -> None:
    try:
        body = await fast_path.render_card(voter)
    except Exception as error:  # noqa: BLE001 (as below)
        await error_pages.refuse(error, scope, receive, send)
        return
    await _send(send, 200, [_HTML, (b"content-length", str(len(body)).encode())], body)


async def _cast(vote: fast_path.Vote, scope: HTTPScope, receive: Receive, send: Send) -> None:
    try:
        await vote.cast()
    except Exception as error:  # noqa: BLE001 (any error becomes a page or a problem document)
        await error_pages.refuse(error, scope, receive, send)
    else:
        await _send(send, 204, ())


async def _send(send: Send, status: int, headers: Headers, body: bytes = b"") -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
