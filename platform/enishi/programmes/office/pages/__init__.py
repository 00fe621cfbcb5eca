"""The handlers of the office's pages."""

from litestar.types import ControllerRouterHandler

from enishi.programmes.office.pages import (
    applicants,
    listing_forms,
    moves,
    postponing,
    programmes,
    reaching,
    sessions,
)

HANDLERS: list[ControllerRouterHandler] = [
    *programmes.HANDLERS,
    *moves.HANDLERS,
    *listing_forms.HANDLERS,
    *sessions.HANDLERS,
    *applicants.HANDLERS,
    *reaching.HANDLERS,
    *postponing.HANDLERS,
]
