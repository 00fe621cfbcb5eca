"""The three cookies: the session, the code that was asked for, and the browser known by a mailbox.

None is set on a page that caches may keep.
"""

import uuid
from dataclasses import dataclass
from typing import Any, Literal

from litestar import Request
from litestar.datastructures import Cookie

from enishi.accounts import one_time_codes, queries, sessions
from enishi.kit.http.network import client_address, network_of
from enishi.kit.keyring import BadTokenError, ring
from enishi.settings import get_settings

AnyRequest = Request[Any, Any, Any]

_PURPOSE = "accounts.asked"
_ASKED_SECONDS = 3600


def _is_secure() -> bool:
    return get_settings().base_url.startswith("https://")


def _named(name: str) -> str:
    return f"__Host-{name}" if _is_secure() else name


def _cookie(name: str, value: str, seconds: int) -> Cookie:
    same_site: Literal["lax"] = "lax"
    return Cookie(
        key=name,
        value=value,
        max_age=seconds,
        path="/",
        secure=_is_secure(),
        httponly=True,
        samesite=same_site,
    )


@dataclass(frozen=True)
class Asked:
    """What this browser is about to prove: its challenges, and where it wanted to go."""

    challenge_ids: tuple[uuid.UUID, ...]
    next_path: str = ""


def asked_cookie(asked: Asked) -> Cookie:
    payload = {"c": [each.hex for each in asked.challenge_ids], "n": asked.next_path}
    token = ring().sign(_PURPOSE, payload, seconds=_ASKED_SECONDS)
    return _cookie(_named("enishi_asked"), token, _ASKED_SECONDS)


def asked_cookie_gone() -> Cookie:
    return _cookie(_named("enishi_asked"), "", 0)


def read_asked(request: AnyRequest) -> Asked | None:
    try:
        payload = ring().verify(_PURPOSE, request.cookies.get(_named("enishi_asked"), ""))
    except BadTokenError:
        return None
    return Asked(tuple(uuid.UUID(each) for each in payload["c"]), payload["n"])


async def session_cookies(session_id: uuid.UUID, account_id: uuid.UUID) -> list[Cookie]:
    """What signing in leaves in the browser."""
    device = one_time_codes.device_token((await queries.get_account(account_id)).address)
    return [
        session_cookie(session_id, account_id),
        _cookie(_named("enishi_device"), device, one_time_codes.DEVICE_SECONDS),
        asked_cookie_gone(),
    ]


def session_cookie(session_id: uuid.UUID, account_id: uuid.UUID) -> Cookie:
    token = sessions.token_for(session_id, account_id)
    return _cookie(sessions.cookie_name(), token, sessions.TOKEN_DAYS * 86_400)


def session_cookie_gone() -> Cookie:
    return _cookie(sessions.cookie_name(), "", 0)


def device_cookie_gone() -> Cookie:
    return _cookie(_named("enishi_device"), "", 0)


def renewed_session(request: AnyRequest) -> list[Cookie]:
    """A fresh cookie for somebody who keeps coming back: thirty days from their last visit."""
    token = sessions.read_token(request.cookies.get(sessions.cookie_name(), ""))
    if token is None or not token.is_due_for_renewal:
        return []
    return [session_cookie(token.session_id, token.account_id)]


def asker(request: AnyRequest) -> one_time_codes.Asker:
    """Where the request comes from, for limits."""
    address = client_address(
        request.client.host if request.client else "",
        request.headers.get("x-forwarded-for", ""),
        get_settings().trusted_proxies,
    )
    return one_time_codes.Asker(
        network_of(address), request.cookies.get(_named("enishi_device"), "")
    )


def safe_path(path: str) -> str:
    """The path if it leads to a page of ours, else nothing: never to another site."""
    if (
        len(path) > 1000
        or not path.startswith("/")
        or path.startswith(("//", "/\\"))
        or not path.isprintable()
        or "\\" in path
    ):
        return ""
    return path
