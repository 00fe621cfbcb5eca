"""The outermost ASGI middleware: what happens to every request before and after the application.

It gives the request an id, chooses the language, refuses foreign hosts and cross-site writes,
answers HEAD like GET, times the response and adds the security headers, also to responses of no
handler (unknown pages, static files, an error while an error page is rendered).
"""

import time
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import Any

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from enishi.kit import clock, i18n, ids
from enishi.kit.errors import NotFoundError
from enishi.kit.http import request_log
from enishi.kit.http.request_log import AnsweredRequest
from enishi.kit.i18n import Language
from enishi.kit.logs import begin_request, end_request
from enishi.settings import get_settings
from enishi.web import error_pages, history, security, slow_bodies
from enishi.web.slow_bodies import SlowBodyError

_log = structlog.get_logger("enishi.web")
_UNLOGGED_PATHS = ("/static/", "/healthz", "/readyz", "/metrics")
# An invented method must not become a label value (unbounded cardinality).
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Edge:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        headers = security.headers(get_settings())
        # Cached pages and votes give their headers as a tuple: completed headers are cached by it.
        self._complete = partial(_completed, headers), lru_cache(512)(partial(_completed, headers))
        self._origin = security.own_origin(get_settings())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        request_id = ids.new_request_id()
        headers = dict(scope["headers"])
        answer = _Answer(send, self._complete, request_id)
        method = scope["method"]
        if method == "HEAD":
            scope = {**scope, "method": "GET"}
            answer.without_body = True
        elif method not in slow_bodies.WITHOUT_BODY:
            receive = slow_bodies.in_time(receive)
        if method == "POST":
            answer.sent = scope
        started = time.perf_counter()
        named = begin_request(request_id)
        spoken = i18n.begin_speaking(language_of(scope["path"], headers))
        try:
            await self._respond(scope, headers, receive, answer)
        finally:
            _record(scope, method, answer, time.perf_counter() - started)
            i18n.end_speaking(spoken)
            end_request(named)

    async def _respond(
        self, scope: HTTPScope, headers: dict[bytes, bytes], receive: Receive, answer: "_Answer"
    ) -> None:
        try:
            if security.is_foreign(scope["path"], headers, self._origin):
                await _refuse(security.ForeignHostError(), scope, receive, answer.send)
            elif "//" in scope["path"]:
                # The framework would answer as with one slash, in the language that the browser
                # prefers, and caches would keep that for everybody.
                await _refuse(NotFoundError(), scope, receive, answer.send)
            elif security.is_forged(scope["method"], headers, self._origin):
                await _refuse(security.ForgedError(), scope, receive, answer.send)
            else:
                await self._app(scope, receive, answer.send)
        except SlowBodyError as error:  # of a body that the fast path was reading
            await _refuse(error, scope, receive, answer.send)
        except Exception:
            _log.exception("web.answer.failed")
            if answer.is_begun:
                raise  # the server aborts the connection: half a page must not look complete
            await _send_plain_error(answer.send)


_Headers = Iterable[tuple[bytes, bytes]]
_Complete = Callable[[Any], list[tuple[bytes, bytes]]]


def _completed(ours: _Headers, given: _Headers) -> list[tuple[bytes, bytes]]:
    """The response's headers, and ours where it does not set them itself."""
    given = list(given)
    present = {key.lower() for key, _ in given}
    return given + [pair for pair in ours if pair[0] not in present]


class _Answer:
    """Wraps `send`: adds the headers of every response and records its status."""

    def __init__(self, send: Send, complete: tuple[_Complete, _Complete], name: str) -> None:
        self._send = send
        self._complete = complete
        self.name = name
        self.status = 500
        self.is_begun = False
        self.without_body = False
        self.sent: HTTPScope | None = None  # of a POST

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.is_begun = True
            self.status = message["status"]
            given = message["headers"]
            if self.sent is not None and (
                kept := history.header_for(self.sent, self.status, given)
            ):
                given = [*given, kept]
            headers = self._complete[isinstance(given, tuple)](given)
            message["headers"] = [*headers, (b"x-request-id", self.name.encode())]
        elif self.without_body and message["type"] == "http.response.body":
            message["body"] = b""
        await self._send(message)


_LANGUAGES = {language.value: language for language in Language}
_preferred_language = lru_cache(maxsize=256)(i18n.preferred_language)


def language_of(path: str, headers: dict[bytes, bytes]) -> Language:
    """The language of the path; without one, the language that the browser prefers."""
    first = path[1:].partition("/")[0]
    if language := _LANGUAGES.get(first):
        return language
    return _preferred_language(headers.get(b"accept-language", b"").decode("latin-1"))


async def _refuse(error: Exception, scope: HTTPScope, receive: Receive, send: Send) -> None:
    _log.warning("web.request.refused", error=type(error).__name__)
    await error_pages.refuse(error, scope, receive, send)


async def _send_plain_error(send: Send) -> None:
    """The last resort: no template and no catalogue, because they may be what fails."""
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    body = "申し訳ありません。不具合が起きました。 / Sorry, something went wrong.".encode()
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _record(scope: HTTPScope, method: str, answer: _Answer, seconds: float) -> None:
    request_log.add(
        AnsweredRequest(
            at=clock.now(),
            request_id=answer.name,
            method=method if method in _METHODS else "other",
            route=route_of(scope),
            status=answer.status,
            seconds=seconds,
            is_logged=not scope["path"].startswith(_UNLOGGED_PATHS),
        )
    )


def route_of(scope: HTTPScope) -> str:
    """The route's pattern, for the log; never the path: those of receipts and files are secrets."""
    if template := scope.get("path_template"):
        return template
    handler: Any = scope.get("route_handler")
    return "unknown" if handler is None else next(iter(handler.paths), "unknown")
