"""What happens to every request before and after the application: one plain ASGI callable.

It names the request, chooses the language, refuses forged writes, times the answer and adds
the security headers, also to answers that no handler made (unknown pages, static files).
"""

import time
from typing import Any

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from enishi.kit import i18n, ids, metrics
from enishi.kit.i18n import Language
from enishi.kit.logs import log_request, set_request_id
from enishi.settings import get_settings
from enishi.web import security

_log = structlog.get_logger("enishi.web")
_QUIET_PATHS = ("/static/", "/healthz", "/readyz", "/metrics")


class Edge:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = security.headers(get_settings())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        request_id = ids.new_id().hex
        set_request_id(request_id)
        headers = {key: value.decode("latin-1") for key, value in scope["headers"]}
        with i18n.speaking(language_of(scope["path"], headers)):
            started = time.perf_counter()
            status = 500

            async def send_with_headers(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                    message["headers"] = self._with_headers(list(message["headers"]), request_id)
                await send(message)

            try:
                if security.is_forged(scope["method"], headers):
                    await _refuse(scope, send_with_headers)
                else:
                    await self._app(scope, receive, send_with_headers)
            finally:
                _observe(scope, status, time.perf_counter() - started)

    def _with_headers(
        self, headers: list[tuple[bytes, bytes]], request_id: str
    ) -> list[tuple[bytes, bytes]]:
        present = {key.lower() for key, _ in headers}
        headers += [pair for pair in self._headers if pair[0] not in present]
        headers.append((b"x-request-id", request_id.encode()))
        return headers


def language_of(path: str, headers: dict[bytes, str]) -> Language:
    """The language in the address; where there is none, the one the browser prefers."""
    first = path[1:].partition("/")[0]
    if first in tuple(Language):
        return Language(first)
    return i18n.preferred_language(headers.get(b"accept-language", ""))


async def _refuse(scope: HTTPScope, send: Send) -> None:
    _log.warning("web.request.refused_as_forged", path=route_of(scope))
    body = i18n.gettext(
        "安全のため、この操作を中止しました。ページを開き直してからもう一度お試しください。"
    ).encode()
    await send(
        {
            "type": "http.response.start",
            "status": 403,
            "headers": [(b"content-type", b"text/plain; charset=utf-8")],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _observe(scope: HTTPScope, status: int, seconds: float) -> None:
    route = route_of(scope)
    metrics.REQUESTS.labels(scope["method"], route, str(status)).inc()
    metrics.REQUEST_SECONDS.labels(scope["method"], route).observe(seconds)
    if not scope["path"].startswith(_QUIET_PATHS):
        log_request(scope["method"], route, status, seconds)


def route_of(scope: HTTPScope) -> str:
    """The pattern of the route, never the path: paths of receipts and files are secrets."""
    handler: Any = scope.get("route_handler")
    template: str | None = scope.get("path_template")
    if handler is None:
        return "unknown"
    return template or next(iter(handler.paths), "unknown")
