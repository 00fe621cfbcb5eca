"""The operator's room: signing in by a link from the server, and the jobs."""

import uuid
from typing import Any

from litestar import Request, Router, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from litestar.types import ControllerRouterHandler, Scope

from enishi.accounts.access import OPERATOR, PUBLIC
from enishi.kit import heartbeat, ids, job_board, operators
from enishi.kit.http import submissions
from enishi.kit.http.answers import do_once
from enishi.kit.operators import NotAnOperatorError
from enishi.kit.schema import Schema
from enishi.kit.tables import JobState
from enishi.settings import get_settings
from enishi.web import operator_service
from enishi.web.links import link

_OPERATOR = "enishi_operator"
Operator = NamedDependency[str]
"""Annotates a handler's `operator`: the id of whoever came by a link from the server."""


class LinkForm(Schema):
    token: str


async def enforce_operator(
    connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
) -> None:
    """Refuse whoever has no session of an operator."""
    cookie = connection.cookies.get(operators.cookie_name())
    if cookie is None:
        raise NotAnOperatorError
    connection.scope["state"][_OPERATOR] = operators.operator_of(cookie)


def _operator(scope: Scope) -> str:
    found: str = scope["state"][_OPERATOR]
    return found


@get("/operator/sign-in", name="operator:sign_in", access=PUBLIC)
async def sign_in(token: FromQuery[str] = "") -> Template:
    """Changes nothing yet: a link that a program looks into is not spent."""
    return Template("operator/sign_in.html", context={"token": token})


@post("/operator/sign-in", name="operator:enter", access=PUBLIC)
async def enter(request: Request[Any, Any, Any]) -> Redirect:
    form = await submissions.read_form(request, LinkForm)
    if form.value is None:
        raise operators.BadLinkError
    session = await operator_service.enter(form.value.token)
    return Redirect(
        link("operator:jobs"),
        status_code=303,
        cookies=[_cookie(session, operators.SESSION_SECONDS)],
    )


@post("/operator/sign-out", name="operator:sign_out", access=OPERATOR, guards=[enforce_operator])
async def sign_out() -> Redirect:
    return Redirect(link("home:index"), status_code=303, cookies=[_cookie("", 0)])


@get("/jobs", name="operator:jobs", access=OPERATOR)
async def list_jobs(show: FromQuery[str] = "", after: FromQuery[str] = "") -> Template:
    """Jobs that run, failed or are due: failed ones first, if there are any."""
    board = await job_board.summary()
    shown = _shown(show, board)
    page = await job_board.list_jobs(shown, after)
    return Template(
        "operator/jobs.html",
        context={
            "board": board,
            "shown": shown.value,
            "page": page,
            "rows": [
                [name.name, name.running, name.failed, name.due, int(name.oldest_due_seconds)]
                for name in board.names
            ],
            "living_workers": await heartbeat.count_living_workers(),
            "new_key": ids.new_id,
        },
    )


def _shown(state: str, board: job_board.Board) -> JobState:
    if state in {known.value for known in job_board.OPEN_STATES}:
        return JobState(state)
    return JobState.FAILED if board.counts["failed"] else JobState.DUE


@post("/jobs/{job_id:uuid}/try-again", name="operator:try_again", access=OPERATOR)
async def try_again(
    request: Request[Any, Any, Any], job_id: FromPath[uuid.UUID], operator: Operator
) -> Redirect:
    await do_once(
        request, f"{operator}:{job_id}", lambda: operator_service.try_job_again(operator, job_id)
    )
    return _back_to_failed()


@post("/jobs/{job_id:uuid}/give-up", name="operator:give_up", access=OPERATOR)
async def give_up(
    request: Request[Any, Any, Any], job_id: FromPath[uuid.UUID], operator: Operator
) -> Redirect:
    await do_once(
        request, f"{operator}:{job_id}", lambda: operator_service.give_job_up(operator, job_id)
    )
    return _back_to_failed()


def _back_to_failed() -> Redirect:
    return Redirect(f"{link('operator:jobs')}?show=failed", status_code=303)


def _cookie(value: str, seconds: int) -> Cookie:
    return Cookie(
        key=operators.cookie_name(),
        value=value,
        path="/",
        max_age=seconds,
        httponly=True,
        samesite="strict",
        secure=get_settings().base_url.startswith("https://"),
    )


def room() -> Router:
    """Everything behind the operator's cookie."""
    return Router(
        "/operator",
        route_handlers=[list_jobs, try_again, give_up],
        guards=[enforce_operator],
        dependencies={"operator": Provide(_operator, sync_to_thread=False)},
    )


HANDLERS: list[ControllerRouterHandler] = [sign_in, enter, sign_out, room()]
