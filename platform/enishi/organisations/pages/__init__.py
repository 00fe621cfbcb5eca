"""Pages of organisations: the general pages of an office, and accepting an invitation."""

from litestar.types import ControllerRouterHandler

from enishi.organisations.pages import trail
from enishi.organisations.pages.invitations import InvitationPages
from enishi.organisations.pages.office import OfficePages, choose

HANDLERS: list[ControllerRouterHandler] = [
    choose,
    InvitationPages,
    OfficePages,
    *trail.HANDLERS,
]
