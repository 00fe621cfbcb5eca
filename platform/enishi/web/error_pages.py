"""Every error as a page, a fragment or a problem document (RFC 9457).

A form that was sent without a valid session is kept (`kept_form`).
"""

from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import structlog
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.types import ExceptionHandlersMap, HTTPScope, Receive, Send

from enishi.accounts.access import is_identified, sign_in_address
from enishi.accounts.errors import SignInNeededError
from enishi.kit import links, stale_pages
from enishi.kit.db import is_unstorable
from enishi.kit.errors import (
    EnishiError,
    ForbiddenError,
    GoneError,
    InvalidError,
    NotFoundError,
    RetryLaterError,
    TooLargeError,
    UnavailableError,
)
from enishi.kit.i18n import gettext_lazy
from enishi.kit.logs import current_request_id
from enishi.kit.outages import is_connection_fault, is_exhausted
from enishi.organisations.access import find_office
from enishi.organisations.office_context import office_context
from enishi.web.kept_form import KeptForm
from enishi.web.templates import render

AnyRequest = Request[Any, Any, Any]

_log = structlog.get_logger("enishi.web")

# Litestar's HTTP errors -> our errors, with our messages.
_KNOWN: dict[int, type[EnishiError]] = {
    401: ForbiddenError,
    403: ForbiddenError,
    404: NotFoundError,
    413: TooLargeError,
    422: InvalidError,
}


class _MethodError(EnishiError):
    status_code = 405
    message = gettext_lazy("このページでは、その操作はできません。")


class _BadRequestError(EnishiError):
    message = gettext_lazy("送られた内容を読み取れませんでした。")


class FaultError(EnishiError):
    status_code = 500
    message = gettext_lazy("申し訳ありません。こちらの不具合で表示できませんでした。")


def _on_refusal(request: AnyRequest, error: EnishiError) -> Response[Any]:
    return answer(request, error)


def _on_sign_in_needed(request: AnyRequest, error: SignInNeededError) -> Response[Any]:
    """A page that is read leads to the sign-in form and back; a sent form is kept."""
    if request.scope["path"].startswith("/api/"):
        return answer(request, error)
    if request.method != "GET":
        return answer(request, error) if _is_fragment(request) else KeptForm(error, _answer_any)
    where = sign_in_address(request, links.link("accounts:sign-in"))
    if "hx-request" in request.headers:
        return Response(None, status_code=401, headers={"hx-redirect": where})
    return Redirect(where, status_code=303)


def _on_http(request: AnyRequest, error: HTTPException) -> Response[Any]:
    status = error.status_code
    if status == 405 and (above := _find_page_above(request)):
        return Redirect(above, status_code=303)
    if status == 405:
        return answer(request, _MethodError(), error.headers)  # `allow` names the allowed methods
    if status >= 500:
        return _on_fault(request, error)
    return answer(request, _KNOWN.get(status, _BadRequestError)())


def _find_page_above(request: AnyRequest) -> str | None:
    """The page to read instead of an address that only takes forms.

    A refused form is shown at such an address; who loads it anew, or comes back to it, gets the
    nearest page above.
    """
    path = str(request.scope["path"])
    if request.method != "GET" or path.startswith("/api/"):
        return None
    while path := path.rpartition("/")[0]:
        with suppress(HTTPException):
            request.app.asgi_router.handle_routing(path=path, method="GET")
            return path
    return None


class _AwayError(UnavailableError):
    message = gettext_lazy("ただいまサービスを利用できません。少し待ってからお試しください。")


class _NotStoredError(UnavailableError):
    message = gettext_lazy("ただいま保存ができません。しばらくたってから、もう一度お試しください。")


# Seconds of Retry-After: a database is restarted in a few; a full disk waits for an operator.
_AWAY, _EXHAUSTED = 5, 60


def _on_fault(request: AnyRequest, error: Exception) -> Response[Any]:
    if is_connection_fault(error):
        _log.error("web.database.unreachable", error=type(error).__name__)
        if request.method == "GET" and (stale := stale_pages.find_after_fault(request.scope)):
            return Response(stale.body, headers=dict(stale.headers))
        return answer(request, _AwayError(_AWAY))
    if is_exhausted(error):
        _log.error("web.storage.exhausted", error=type(error).__name__)
        is_read = request.method == "GET"  # it was to use the disk for sorting
        return answer(request, (_AwayError if is_read else _NotStoredError)(_EXHAUSTED))
    # A request only decodes what the client sent, so this is the client's error.
    if is_unstorable(error) or isinstance(error, UnicodeDecodeError):
        return answer(request, _BadRequestError())
    _log.error("web.request.failed", exc_info=error)
    return answer(request, FaultError())


HANDLERS: ExceptionHandlersMap = {
    SignInNeededError: _on_sign_in_needed,
    EnishiError: _on_refusal,
    HTTPException: _on_http,
    Exception: _on_fault,
}


def _answer_any(request: AnyRequest, error: Exception) -> Response[Any]:
    """Answer an error that was raised outside the framework's error handling."""
    if isinstance(error, EnishiError):
        return answer(request, error)
    if isinstance(error, HTTPException):
        return _on_http(request, error)
    return _on_fault(request, error)


async def refuse(error: Exception, scope: HTTPScope, receive: Receive, send: Send) -> None:
    """Answer an error outside the application as the application would."""
    request: AnyRequest = Request(scope, receive, send)
    response = _answer_any(request, error)
    await response.to_asgi_response(None, request)(scope, receive, send)


def _is_fragment(request: AnyRequest) -> bool:
    """Whether htmx asked, and will put the answer into the page."""
    return "hx-request" in request.headers and "hx-boosted" not in request.headers


def answer(
    request: AnyRequest, error: EnishiError, headers: Mapping[str, str] | None = None
) -> Response[Any]:
    headers = dict(headers or {})
    retry_after = error.retry_after if isinstance(error, RetryLaterError) else None
    if retry_after is not None:
        headers["retry-after"] = str(retry_after)
    if request.scope["path"].startswith("/api/"):
        return Response(
            {
                "type": "about:blank",
                "title": HTTPStatus(error.status_code).phrase,
                "status": error.status_code,
                "detail": str(error),
                "request_id": current_request_id(),
            },
            status_code=error.status_code,
            media_type="application/problem+json",
            headers=headers,
        )
    fragment = _is_fragment(request)
    if fragment:
        # The notice goes to the top of the page; the target of the request stays as it is.
        headers |= {"hx-retarget": "#notices", "hx-reswap": "innerHTML"}
    office = find_office(request.scope.get("state", {}))
    body = render(
        "errors/_notice.html" if fragment else "errors/error.html",
        {
            **(office_context(*office) if office else {"organisation": None}),
            "is_signed_in": is_identified(request.scope.get("state", {})),
            "request": request,
            "status": error.status_code,
            "message": str(error),
            "request_id": current_request_id(),
            "retry_after": retry_after,
            "sign_in": isinstance(error, SignInNeededError),
            "explained_at": error.explained_at if isinstance(error, GoneError) else "",
        },
    )
    return Response(body, status_code=error.status_code, media_type=MediaType.HTML, headers=headers)
