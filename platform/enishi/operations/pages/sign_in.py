"""Operators sign in by a link that `enishi operator sign-in` prints on the server."""

from typing import Annotated, Any

from litestar import Request, get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Template
from pydantic import Field

from enishi.accounts.access import OPERATOR, PUBLIC
from enishi.kit.http.answers import emptying_browser, go_to
from enishi.kit.http.submissions import read_form
from enishi.kit.schema import Schema
from enishi.operations import service
from enishi.operations.access import (
    enforce_operator,
    is_operator,
    session_cookie,
    session_cookie_gone,
)
from enishi.operations.errors import BadLinkError


class LinkForm(Schema):
    token: Annotated[str, Field(max_length=500)]


@get("/operator", name="operator:index", access=PUBLIC)
async def index(request: Request[Any, Any, Any]) -> Redirect:
    """To the work of operators, or to the page that says how they sign in."""
    return go_to("operator:jobs" if is_operator(request) else "operator:sign-in")


@get("/operator/sign-in", name="operator:sign-in", access=PUBLIC)
async def sign_in(token: FromQuery[str] = "") -> Template:
    """Show a button: a link preview or a mail scanner that reads the page must not use the link."""
    return Template("operations/sign_in.html", context={"token": token})


@post("/operator/sign-in", name="operator:enter", access=PUBLIC, secret_fields=("token",))
async def enter(request: Request[Any, Any, Any]) -> Redirect:
    form = await read_form(request, LinkForm)
    if form.value is None:
        raise BadLinkError
    session = await service.enter(form.value.token)
    return go_to("operator:jobs", cookies=[session_cookie(session)])


@post("/operator/sign-out", name="operator:sign-out", access=OPERATOR, guards=[enforce_operator])
async def sign_out() -> Redirect:
    return emptying_browser(go_to("home:index", cookies=[session_cookie_gone()]))


HANDLERS = [index, sign_in, enter, sign_out]
