"""Pages of operators: signing in, and the job board."""

from litestar.types import ControllerRouterHandler

from enishi.operations.pages import jobs, sign_in

HANDLERS: list[ControllerRouterHandler] = [*sign_in.HANDLERS, jobs.ROUTER]
