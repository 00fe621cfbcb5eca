"""Answers to sent forms that show no form again: redirects by route name, and buttons."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from enishi.kit.http import submissions
from enishi.kit.links import link

PRIVATE = {"cache-control": "private, no-store"}
"""Headers of what one person alone may see: kept by no cache, not even their own."""


def attached(name: str) -> dict[str, str]:
    """Headers of a file for one person or office, saved under this name."""
    return PRIVATE | {"content-disposition": f'attachment; filename="{name}"'}


def go_to(
    route_name: str,
    /,
    *,
    query: Mapping[str, str] | None = None,
    cookies: Sequence[Cookie] = (),
    fragment: str = "",
    **params: Any,
) -> Redirect:
    """303 to a page of ours: the browser reads it with GET."""
    return see_other(link(route_name, query=query, fragment=fragment, **params), cookies)


def see_other(path: str, cookies: Sequence[Cookie] = ()) -> Redirect:
    """303 to a path that `link` made (or that `safe_path` checked)."""
    return Redirect(path, status_code=303, cookies=list(cookies))


R = TypeVar("R", bound=Response[Any])


def emptying_browser(answer: R) -> R:
    """The answer that ends a session: the browser drops what it kept in it.

    These are drafts of long texts, and pages of refused forms in its cache. Browsers follow the
    header over https and on the machine itself; a script removes the drafts elsewhere, too.
    """
    answer.headers["clear-site-data"] = '"cache", "storage"'
    return answer


async def do_once(
    request: Request[Any, Any, Any], actor: object, act: Callable[[], Awaitable[object]]
) -> None:
    """Carry out a button's act once for its key, its route and `actor`; a repeat does nothing."""
    async with await submissions.once(request, actor) as attempt:
        if attempt.replayed is None:
            await act()
            attempt.done()
