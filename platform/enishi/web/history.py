"""Which answers to a sent form the browser may keep for its Back button.

A page that answers a POST (a refused form, a preview, a receipt) is shown again by Back only from
the browser's own cache: without a copy there is an error page (ERR_CACHE_MISS), and what was typed
is gone. So these answers are kept by this browser and by no shared cache; it asks again before it
shows one at any other time. The end of a session empties that cache (`emptying_browser`).

Never kept: forms with codes (`secret_fields`), forms that ask about health or hold a secret
(`private_form=True` of their handler, `data-private` of their <form>), and forms that wait for a
sign-in (`web.kept_form`). The script lets Back open these anew.
"""

from collections.abc import Iterable, Mapping
from typing import Any

KEPT = (b"cache-control", b"private, no-cache")
_NOT_SIGNED_IN = 401


def header_for(
    scope: Mapping[str, Any], status: int, headers: Iterable[tuple[bytes, bytes]]
) -> tuple[bytes, bytes] | None:
    """The header that lets the browser keep this answer; None for one that it must not keep."""
    if scope["method"] != "POST" or status == _NOT_SIGNED_IN:
        return None
    given = {name.lower(): value for name, value in headers}
    if not given.get(b"content-type", b"").startswith(b"text/html") or b"cache-control" in given:
        return None
    handler = scope.get("route_handler")
    if handler is None or any(name == b"hx-request" for name, _ in scope["headers"]):
        return None
    is_private = handler.opt.get("private_form") or handler.opt.get("secret_fields")
    return None if is_private else KEPT
