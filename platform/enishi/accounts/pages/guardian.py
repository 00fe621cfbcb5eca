"""Pages of guardians: the link from the mail is enough, no account is needed."""

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import PUBLIC
from enishi.accounts.pages.cookies import AnyRequest
from enishi.accounts.service import guardians as service
from enishi.kit.http.answers import do_once, go_to


class GuardianPages(Controller):
    path = "/guardian"

    @get("/thanks", name="accounts:guardian-thanks", access=PUBLIC)
    async def thanks(self) -> Template:
        return Template("accounts/guardian_thanks.html")

    @get("/{token:str}", name="accounts:guardian", access=PUBLIC)
    async def show(self, token: FromPath[str]) -> Template:
        await service.check_link(token)
        return Template("accounts/guardian.html", context={"token": token})

    @post("/{token:str}", name="accounts:confirm-guardian", access=PUBLIC, status_code=303)
    async def confirm(self, request: AnyRequest, token: FromPath[str]) -> Redirect:
        request_id = service.read_link(token)
        await do_once(request, request_id, lambda: service.confirm(request_id))
        return go_to("accounts:guardian-thanks")
