"""The handlers of the office's pages."""

from litestar.types import ControllerRouterHandler

from enishi.programmes.office.pages import (
    applicants,
    listing_forms,
    moves,
    photographs,
    programmes,
    sessions,
)

HANDLERS: list[ControllerRouterHandler] = [
    *programmes.HANDLERS,
    *moves.HANDLERS,
    *listing_forms.HANDLERS,
    *photographs.HANDLERS,
    *sessions.HANDLERS,
    *applicants.HANDLERS,
]
