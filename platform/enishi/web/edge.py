"""What happens to every request before and after the application: one plain ASGI callable.

It names the request, chooses the language, refuses foreign hosts and forged writes, answers
HEAD like GET, times the answer and adds the security headers, also to answers that no handler
made (unknown pages, static files, a fault while a page of ours says that there was a fault).
"""

import time
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import Any

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from enishi.kit import clock, i18n, ids
from enishi.kit.http import request_log
from enishi.kit.http.request_log import AnsweredRequest
from enishi.kit.i18n import Language
from enishi.kit.logs import begin_request, end_request
from enishi.settings import get_settings
from enishi.web import error_pages, security

_log = structlog.get_logger("enishi.web")
_QUIET_PATHS = ("/static/", "/healthz", "/readyz", "/metrics")
# A method of somebody's invention must not become a label of its own.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Edge:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        headers = security.headers(get_settings())
        # Answers that are the same each time (kept pages, votes) give their headers as a tuple.
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
        started = time.perf_counter()
        named = begin_request(request_id)
        spoken = i18n.begin_speaking(language_of(scope["path"], headers))
        try:
            await self._respond(scope, headers, receive, answer)
        finally:
            _note(scope, method, answer, time.perf_counter() - started)
            i18n.end_speaking(spoken)
            end_request(named)

    async def _respond(
        self, scope: HTTPScope, headers: dict[bytes, bytes], receive: Receive, answer: "_Answer"
    ) -> None:
        try:
            if security.is_foreign(scope["path"], headers, self._origin):
                await _refuse(security.ForeignHostError(), scope, receive, answer.send)
            elif security.is_forged(scope["method"], headers, self._origin):
                await _refuse(security.ForgedError(), scope, receive, answer.send)
            else:
                await self._app(scope, receive, answer.send)
        except Exception:
            _log.exception("web.answer.failed")
            if answer.is_begun:
                raise  # the server breaks off: half a page must not look whole
            await _apologise(answer.send)


_Headers = Iterable[tuple[bytes, bytes]]
_Complete = Callable[[Any], list[tuple[bytes, bytes]]]


def _completed(ours: _Headers, given: _Headers) -> list[tuple[bytes, bytes]]:
    """The headers of an answer with those of ours that it does not set itself."""
    given = list(given)
    present = {key.lower() for key, _ in given}
    return given + [pair for pair in ours if pair[0] not in present]


class _Answer:
    """The way back: adds the headers of every answer and remembers its status."""

    def __init__(self, send: Send, complete: tuple[_Complete, _Complete], name: str) -> None:
        self._send = send
        self._complete = complete
        self.name = name
        self.status = 500
        self.is_begun = False
        self.without_body = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.is_begun = True
            self.status = message["status"]
            given = message["headers"]
            headers = self._complete[isinstance(given, tuple)](given)
            message["headers"] = [*headers, (b"x-request-id", self.name.encode())]
        elif self.without_body and message["type"] == "http.response.body":
            message["body"] = b""
        await self._send(message)


_LANGUAGES = {language.value: language for language in Language}
_preferred_language = lru_cache(maxsize=256)(i18n.preferred_language)


def language_of(path: str, headers: dict[bytes, bytes]) -> Language:
    """The language in the address; where there is none, the one the browser prefers."""
    first = path[1:].partition("/")[0]
    if language := _LANGUAGES.get(first):
        return language
    return _preferred_language(headers.get(b"accept-language", b"").decode("latin-1"))


async def _refuse(error: Exception, scope: HTTPScope, receive: Receive, send: Send) -> None:
    _log.warning("web.request.refused", error=type(error).__name__)
    await error_pages.refuse(error, scope, receive, send)


async def _apologise(send: Send) -> None:
    """Say so without anything that may be broken: no template, no catalogue of ours."""
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    body = "申し訳ありません。不具合が起きました。 / Sorry, something went wrong.".encode()
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _note(scope: HTTPScope, method: str, answer: _Answer, seconds: float) -> None:
    request_log.add(
        AnsweredRequest(
            at=clock.now(),
            request_id=answer.name,
            method=method if method in _METHODS else "other",
            route=route_of(scope),
            status=answer.status,
            seconds=seconds,
            is_logged=not scope["path"].startswith(_QUIET_PATHS),
        )
    )


def route_of(scope: HTTPScope) -> str:
    """The pattern of the route, never the path: paths of receipts and files are secrets."""
    if template := scope.get("path_template"):
        return template
    handler: Any = scope.get("route_handler")
    return "unknown" if handler is None else next(iter(handler.paths), "unknown")
