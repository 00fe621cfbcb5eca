"""The guard of operators' routes: it checks a signed cookie of its own, without an account."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.handlers import BaseRouteHandler
from litestar.types import Scope

from enishi.kit.http import cookies
from enishi.operations import sign_in
from enishi.operations.errors import NotAnOperatorError

_OPERATOR = "enishi_operator"
_COOKIE = "enishi_operator"

Operator = NamedDependency[str]
"""Annotates a handler's `operator`: the id of the sign-in link that was used."""


async def enforce_operator(
    connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
) -> None:
    """Refuse a request without an operator's session. Raises NotAnOperatorError."""
    connection.scope["state"][_OPERATOR] = _identify(connection)


def is_operator(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    try:
        return bool(_identify(connection))
    except NotAnOperatorError:
        return False


def _identify(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    token = connection.cookies.get(cookies.host_name(_COOKIE))
    if token is None:
        raise NotAnOperatorError
    return sign_in.operator_of(token)


def _operator(scope: Scope) -> str:
    found: str = scope["state"][_OPERATOR]
    return found


DEPENDENCIES = {"operator": Provide(_operator, sync_to_thread=False)}


def session_cookie(token: str) -> Cookie:
    return cookies.make(_COOKIE, token, sign_in.SESSION_SECONDS, same_site="strict")


def session_cookie_gone() -> Cookie:
    return cookies.make(_COOKIE, "", 0, same_site="strict")
