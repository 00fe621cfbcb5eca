"""The cookies of accounts: the session, the codes that were asked for, and the known device."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request
from litestar.datastructures import Cookie

from enishi.accounts import one_time_codes, queries, sessions
from enishi.kit.http.cookies import host_name, make
from enishi.kit.http.network import network_of_request
from enishi.kit.keyring import BadTokenError, ring

AnyRequest = Request[Any, Any, Any]

_ASKED, _DEVICE = "enishi_asked", "enishi_device"
_PURPOSE = "accounts.asked"
_ASKED_SECONDS = 3600


@dataclass(frozen=True)
class Asked:
    """The codes that this browser asked for, and the page to go to after the sign-in."""

    challenge_ids: tuple[uuid.UUID, ...]
    next_path: str = ""


def asked_cookie(asked: Asked) -> Cookie:
    payload = {"c": [each.hex for each in asked.challenge_ids], "n": asked.next_path}
    return make(
        _ASKED, ring().sign(_PURPOSE, payload, seconds=_ASKED_SECONDS), seconds=_ASKED_SECONDS
    )


def asked_cookie_gone() -> Cookie:
    return make(_ASKED, "", seconds=0)


def read_asked(request: AnyRequest, codes: int) -> Asked | None:
    """The cookie's content if it names this number of codes: a sign-in has one, a change two."""
    try:
        payload = ring().verify(_PURPOSE, request.cookies.get(host_name(_ASKED), ""))
    except BadTokenError:
        return None
    if len(payload["c"]) != codes:
        return None
    return Asked(tuple(uuid.UUID(each) for each in payload["c"]), payload["n"])


async def session_cookies(outcome: Mapping[str, Any]) -> list[Cookie]:
    """The cookies of a sign-in: the session, the known device, and the asked codes deleted.

    `outcome` holds the ids `session` and `account` in hex, or neither: then there are no cookies.
    """
    if "session" not in outcome:
        return []
    account_id = uuid.UUID(outcome["account"])
    device = one_time_codes.device_token((await queries.get_account(account_id)).address)
    return [
        session_cookie(uuid.UUID(outcome["session"]), account_id),
        make(_DEVICE, device, seconds=one_time_codes.DEVICE_SECONDS),
        asked_cookie_gone(),
    ]


def session_cookie(session_id: uuid.UUID, account_id: uuid.UUID) -> Cookie:
    token = sessions.token_for(session_id, account_id)
    return make(sessions.COOKIE, token, seconds=sessions.TOKEN_DAYS * 86_400)


def session_cookie_gone() -> Cookie:
    return make(sessions.COOKIE, "", seconds=0)


def device_cookie_gone() -> Cookie:
    return make(_DEVICE, "", seconds=0)


def renewed_session(request: AnyRequest) -> list[Cookie]:
    """A new session cookie once the old one is a day old: valid for 30 days from the last visit."""
    token = sessions.read_token(request.cookies.get(sessions.cookie_name(), ""))
    if token is None or not token.is_due_for_renewal:
        return []
    return [session_cookie(token.session_id, token.account_id)]


def asker(request: AnyRequest) -> one_time_codes.Asker:
    """The network and the device of a request, for the rate limits."""
    network = network_of_request(request.scope)
    return one_time_codes.Asker(network, request.cookies.get(host_name(_DEVICE), ""))


def safe_path(path: str) -> str:
    """The path if it leads to a page of this site, else "": no open redirect."""
    if (
        len(path) > 1000
        or not path.startswith("/")
        or path.startswith(("//", "/\\"))
        or not path.isprintable()
        or "\\" in path
    ):
        return ""
    return path
