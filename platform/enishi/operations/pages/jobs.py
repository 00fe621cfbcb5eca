"""The job board: running, failed and due jobs; an operator retries a failed one or gives it up."""

import uuid
from typing import Any

from litestar import Request, Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from enishi.accounts.access import OPERATOR
from enishi.kit import heartbeat, ids, job_board, self_checks
from enishi.kit.http.answers import do_once, go_to
from enishi.kit.job_board import BoardColumn
from enishi.operations import service
from enishi.operations.access import DEPENDENCIES, Operator, enforce_operator


@get("/jobs", name="operator:jobs", access=OPERATOR)
async def list_jobs(show: FromQuery[str] = "", after: FromQuery[str] = "") -> Template:
    """List the jobs of one column; by default of the first that is not empty."""
    board = await job_board.summary()
    shown = _column_to_show(show, board)
    page = await job_board.list_jobs(shown, after)
    return Template(
        "operations/jobs.html",
        context={
            "board": board,
            "shown": shown.value,
            "page": page,
            "rows": [
                [
                    *(name.name, name.failed, name.retrying, name.running, name.due),
                    int(name.oldest_due_seconds),
                ]
                for name in board.names
            ],
            "checks": await self_checks.list_checks(),
            "living_workers": await heartbeat.count_living_workers(),
            "new_key": ids.new_id,
        },
    )


def _column_to_show(asked: str, board: job_board.Board) -> BoardColumn:
    if asked in set(BoardColumn):
        return BoardColumn(asked)
    by_urgency = (BoardColumn.FAILED, BoardColumn.RETRYING)
    return next((column for column in by_urgency if board.counts[column]), BoardColumn.DUE)


@post("/jobs/{job_id:uuid}/try-again", name="operator:try-again", access=OPERATOR)
async def try_again(
    request: Request[Any, Any, Any], job_id: FromPath[uuid.UUID], operator: Operator
) -> Redirect:
    await do_once(request, f"{operator}:{job_id}", lambda: service.retry_job(operator, job_id))
    return go_to("operator:jobs", query={"show": "failed"})


@post("/jobs/{job_id:uuid}/give-up", name="operator:give-up", access=OPERATOR)
async def give_up(
    request: Request[Any, Any, Any], job_id: FromPath[uuid.UUID], operator: Operator
) -> Redirect:
    await do_once(request, f"{operator}:{job_id}", lambda: service.give_job_up(operator, job_id))
    return go_to("operator:jobs", query={"show": "failed"})


# The routes that need an operator's cookie.
ROUTER = Router(
    "/operator",
    route_handlers=[list_jobs, try_again, give_up],
    guards=[enforce_operator],
    dependencies=DEPENDENCIES,
)
