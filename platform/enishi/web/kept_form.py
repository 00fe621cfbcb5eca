"""The answer to a form that was sent without a valid session: 401, with what was typed.

The page holds the form once more, for the same address and with the same fields, so that it can be
sent after a sign-in in another tab. It shows nothing but what the request itself carried.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote

from litestar import MediaType, Request, Response
from litestar.enums import RequestEncodingType
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from enishi.accounts.errors import RecentSignInNeededError, SignInNeededError
from enishi.kit.http import submissions
from enishi.web.templates import render

AnyRequest = Request[Any, Any, Any]

_TEMPLATE = "errors/sign_in_to_continue.html"
# A value that is at least so long and holds a space or Japanese is shown; ids and choices are not.
_SHOWN_CHARACTERS = 15


@dataclass(frozen=True)
class KeptField:
    """A field as it was sent. `is_shown` says that it is a text that its writer should see."""

    name: str
    value: str
    is_shown: bool


class KeptForm(Response[None]):
    """Reads the fields when it is sent: an exception handler is a plain function and cannot wait.

    `refuse` answers an error of reading the body, such as a body that is too large.
    """

    def __init__(
        self, error: SignInNeededError, refuse: Callable[[AnyRequest, Exception], Response[Any]]
    ) -> None:
        super().__init__(None, status_code=error.status_code)
        self._error = error
        self._refuse = refuse

    def to_asgi_response(self, app: Any, request: AnyRequest, **_: Any) -> ASGIResponse:  # noqa: ARG002 (Litestar's name)
        return _Later(lambda: self._answer(request))

    async def _answer(self, request: AnyRequest) -> ASGIResponse:
        try:
            answer: Response[Any] = await _page(request, self._error)
        except Exception as error:  # noqa: BLE001 (answered as in a handler, whatever it is)
            answer = self._refuse(request, error)
        return answer.to_asgi_response(None, request)


class _Later(ASGIResponse):
    """An ASGI response that is made when it is sent."""

    def __init__(self, make: Callable[[], Awaitable[ASGIResponse]]) -> None:
        super().__init__()
        self._make = make

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._make())(scope, receive, send)


async def _page(request: AnyRequest, error: SignInNeededError) -> Response[str]:
    secrets = frozenset(request.route_handler.opt.get("secret_fields", ()))
    has_files = await submissions.discard_files(request)
    typed = await _in_order(request, await submissions.read_fields(request))
    kept = [
        KeptField(name, value, _is_text(value))
        for name, value in typed
        if name and name.isprintable() and name not in secrets
    ]
    body = render(
        _TEMPLATE,
        {
            "request": request,
            "action": _own_address(request.scope),
            "fields": kept,
            "texts": sum(field.is_shown for field in kept),
            "others": any(
                field.value and not field.is_shown and field.name not in submissions.HIDDEN
                for field in kept
            ),
            "has_secrets": any(name in secrets for name, _ in typed),
            "has_files": has_files,
            "is_recent_needed": isinstance(error, RecentSignInNeededError),
        },
    )
    return Response(
        body,
        status_code=error.status_code,
        media_type=MediaType.HTML,
        headers={"cache-control": "no-store"},
    )


async def _in_order(request: AnyRequest, fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The fields in the order of the form; those of multipart bodies are in it already."""
    if request.content_type[0] != RequestEncodingType.URL_ENCODED:
        return fields
    body = (await request.body()).decode("latin-1")
    names = (name for name, _ in parse_qsl(body, keep_blank_values=True))
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return sorted(fields, key=lambda field: places.get(field[0], len(places)))


def _is_text(value: str) -> bool:
    """Whether a value is a text: it has lines, or some length and words or Japanese."""
    is_long = len(value) >= _SHOWN_CHARACTERS and (" " in value or not value.isascii())
    return "\n" in value or is_long


def _own_address(scope: Scope) -> str:
    """Path and query of the request; one slash at the front, so that it names no other host."""
    path = "/" + quote(scope["path"].lstrip("/"))
    query = scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path
