"""Pages of organisations: the shell of an office, and taking an invitation."""

from litestar.types import ControllerRouterHandler

from enishi.organisations.pages.invitations import InvitationPages
from enishi.organisations.pages.office import OfficePages

HANDLERS: list[ControllerRouterHandler] = [InvitationPages, OfficePages]
