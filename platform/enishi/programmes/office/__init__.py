"""The office's pages of programmes: write and publish them, run their sessions, see who comes."""

from litestar.types import ControllerRouterHandler

from enishi.programmes.office import applicants, listings, parts, sessions

HANDLERS: list[ControllerRouterHandler] = [
    *listings.HANDLERS,
    *parts.HANDLERS,
    *sessions.HANDLERS,
    *applicants.HANDLERS,
]
