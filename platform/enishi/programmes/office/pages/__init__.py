"""The handlers of the office's pages."""

from litestar.types import ControllerRouterHandler

from enishi.programmes.office.pages import (
    applicants,
    draws,
    listing_forms,
    moves,
    photographs,
    postponing,
    programmes,
    reaching,
    sessions,
)

HANDLERS: list[ControllerRouterHandler] = [
    *programmes.HANDLERS,
    *moves.HANDLERS,
    *listing_forms.HANDLERS,
    *photographs.HANDLERS,
    *sessions.HANDLERS,
    *applicants.HANDLERS,
    *draws.HANDLERS,
    *reaching.HANDLERS,
    *postponing.HANDLERS,
]
