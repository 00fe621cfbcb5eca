"""Answers to sent forms: redirects by route name, and the form again with what was typed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from litestar import Request
from litestar.datastructures import Cookie
from litestar.response import Redirect, Template
from pydantic import BaseModel

from enishi.kit.errors import ConflictError, EnishiError, InvalidError, RetryLaterError
from enishi.kit.forms import WHOLE_FORM, Form
from enishi.kit.http import submissions
from enishi.kit.i18n import current_language
from enishi.kit.links import link

F = TypeVar("F", bound=BaseModel)


def go_to(
    route_name: str,
    /,
    *,
    query: Mapping[str, str] | None = None,
    cookies: Sequence[Cookie] = (),
    **params: Any,
) -> Redirect:
    """303 to a page of ours: the browser reads it with GET."""
    return see_other(link(route_name, query=query, **params), cookies)


def see_other(path: str, cookies: Sequence[Cookie] = ()) -> Redirect:
    """303 to a path that `link` made (or that `safe_path` checked)."""
    return Redirect(path, status_code=303, cookies=list(cookies))


def go_to_path(path: str, cookies: Sequence[Cookie] = ()) -> Redirect:
    """303 to a path without its language."""
    return see_other(f"/{current_language()}{path}", cookies)


def refused(
    template: str,
    form: Form[Any],
    error: EnishiError | None = None,
    field: str = WHOLE_FORM,
    **context: Any,
) -> Template:
    """The same page again with what was typed and what is wrong: 422, or the error's own status."""
    headers, status = {}, put_refusal(form, error, field)
    if isinstance(error, RetryLaterError):
        headers["retry-after"] = str(error.retry_after)
    return Template(
        template, context={**context, "form": form}, status_code=status, headers=headers
    )


def put_refusal(form: Form[Any], error: EnishiError | None, field: str = WHOLE_FORM) -> int:
    """Put what went wrong at its field of the form; the status to answer with."""
    if error is None:
        return 422
    form.refuse(field, str(error))
    return error.status_code


async def do_once(
    request: Request[Any, Any, Any], who: object, act: Callable[[], Awaitable[object]]
) -> None:
    """Do what a sent form asks for; sending it again does nothing more."""
    async with await submissions.once(request, who) as attempt:
        if attempt.replayed is None:
            await act()
            attempt.done()


async def done_or_again(
    request: Request[Any, Any, Any],
    who: object,
    form: Form[F],
    act: Callable[[F], Awaitable[str]],
    again: Callable[[EnishiError | None], Awaitable[Template]],
) -> Template | Redirect:
    """Do once what a form asks for and go where `act` says, also at a repeat; else show it again.

    `again` is told of a refusal that whoever typed can do something about (other input, another
    state, a wait), or of None when the fields themselves are wrong. What they may not do, or what
    does not exist, is raised: the form would not help.
    """

    async def once(value: F) -> str:
        async with await submissions.once(request, who) as attempt:
            if attempt.replayed is None:
                attempt.done(to=await act(value))
        outcome = attempt.replayed or attempt.outcome or {}
        return str(outcome["to"])

    return await tried(form, once, again)


async def tried(
    form: Form[F],
    act: Callable[[F], Awaitable[str]],
    again: Callable[[EnishiError | None], Awaitable[Template]],
) -> Template | Redirect:
    """As done_or_again, for an act that itself sees to it that a repeat does nothing more."""
    if form.value is None:
        return await again(None)
    try:
        return go_to_path(await act(form.value))
    except (ConflictError, InvalidError, RetryLaterError) as error:
        answer = await again(error)
        if isinstance(error, RetryLaterError):
            answer.headers["retry-after"] = str(error.retry_after)
        return answer
