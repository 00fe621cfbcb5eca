"""Accepting an invitation."""

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts import queries
from enishi.accounts.access import SIGNED_IN, CurrentActor
from enishi.accounts.pages.cookies import AnyRequest
from enishi.kit.http import submissions
from enishi.kit.http.answers import go_to
from enishi.organisations import labels
from enishi.organisations.service import invitations as service


class InvitationPages(Controller):
    path = "/invitations"

    @get("/{token:str}", name="accounts:invitation", access=SIGNED_IN)
    async def show(self, actor: CurrentActor, token: FromPath[str]) -> Template:
        invitation = await service.read_link(token)
        account = await queries.get_account(actor.id)
        return Template(
            "organisations/invitation.html",
            context={
                "invitation": invitation,
                "is_mine": account.address == invitation.address,
                "own_address": account.address,
                "role": labels.ROLES[invitation.role],
                "token": token,
            },
        )

    @post("/{token:str}", name="accounts:accept-invitation", access=SIGNED_IN, status_code=303)
    async def accept(
        self, request: AnyRequest, actor: CurrentActor, token: FromPath[str]
    ) -> Redirect:
        async with await submissions.once(request, actor.id) as attempt:
            if attempt.replayed is None:
                invitation = await service.read_link(token)
                await service.accept(actor, invitation)
                attempt.done(slug=invitation.organisation.slug)
        outcome = attempt.replayed or attempt.outcome or {}
        return go_to("office:index", organisation_slug=outcome["slug"])
