"""Answers by what the client accepts and already holds: 200 in one coding, or 304."""

from typing import Any

from litestar import Request, Response

from enishi.kit.content_coding import RawHeaders, Representation

AnyRequest = Request[Any, Any, Any]


def accepted_codings(request: AnyRequest) -> bytes:
    """The request's Accept-Encoding, as `Representations.get` takes it."""
    return request.headers.get("accept-encoding", "").encode("latin-1")


def answer(request: AnyRequest, shown: Representation) -> Response[bytes]:
    """The representation, or 304 without a body when the request knows its tag."""
    if shown.is_known_by(request.headers.get("if-none-match", "").encode("latin-1")):
        return _response(b"", shown.headers_without_body, 304)
    return _response(shown.body, shown.headers, 200)


def _response(body: bytes, headers: RawHeaders, status: int) -> Response[bytes]:
    named = {name.decode(): value.decode() for name, value in headers}
    return Response(body, headers=named, status_code=status, media_type="")
