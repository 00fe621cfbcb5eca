"""Pages of accounts."""

from litestar.types import ControllerRouterHandler

from enishi.accounts.pages.address import AddressPages
from enishi.accounts.pages.closing import ClosingPages
from enishi.accounts.pages.guardian import GuardianPages
from enishi.accounts.pages.me import MyPages
from enishi.accounts.pages.sign_in import SignInPages
from enishi.accounts.pages.sign_up import SignUpPages

HANDLERS: list[ControllerRouterHandler] = [
    SignInPages,
    SignUpPages,
    MyPages,
    AddressPages,
    ClosingPages,
    GuardianPages,
]
