"""The office of an organisation: overview, members, invitations, profile, audit list."""

import uuid
from typing import Any

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts import queries
from enishi.accounts.access import CurrentActor
from enishi.accounts.pages.cookies import AnyRequest
from enishi.accounts.schemas import Actor, Role
from enishi.audit import queries as audit
from enishi.kit import clock
from enishi.kit.errors import InvalidError
from enishi.kit.forms import Form
from enishi.kit.http.answers import do_once, go_to
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.organisations import labels, policies
from enishi.organisations import queries as organisations
from enishi.organisations.access import CurrentOrganisation, member
from enishi.organisations.office_context import office_context
from enishi.organisations.schemas import InvitationForm, OrganisationForm, OrganisationRef, RoleForm
from enishi.organisations.service import invitations, members
from enishi.organisations.service import organisations as service

MEMBERS, PROFILE = "organisations/members.html", "organisations/profile.html"
OWNER = member(Role.OWNER)


class OfficePages(Controller):
    path = "/office/{organisation_slug:str}"

    @get("/", name="office:index", access=member())
    async def index(self, actor: CurrentActor, organisation: CurrentOrganisation) -> Template:
        return Template(
            "organisations/office.html",
            context={
                **office_context(actor, organisation),
                "profile": await organisations.get_profile(organisation.id),
                "kind": labels.KINDS[organisation.kind],
                "member_count": len(await organisations.list_members(organisation.id)),
            },
        )

    @get("/members", name="office:members", access=member())
    async def members(
        self, request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation
    ) -> Template:
        context = await _members_context(actor, organisation)
        saved = "saved" in request.query_params
        return Template(MEMBERS, context={**context, "form": Form(), "saved": saved})

    @post("/members/invite", name="office:invite", access=OWNER, status_code=200)
    async def invite(
        self, request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation
    ) -> Template | Redirect:
        form = await read_form(request, InvitationForm)
        async with submitted(request, actor.id, form, "address") as sent:
            if sent.is_new:
                await invitations.invite(actor, organisation, sent.value)
                sent.go_to(
                    "office:members", organisation_slug=organisation.slug, query={"saved": "1"}
                )
        return await sent.answer(MEMBERS, lambda: _members_context(actor, organisation))

    @post(
        "/invitations/{invitation_id:uuid}/revoke",
        name="office:revoke-invitation",
        access=OWNER,
        status_code=303,
    )
    async def revoke(
        self,
        request: AnyRequest,
        actor: CurrentActor,
        organisation: CurrentOrganisation,
        invitation_id: FromPath[uuid.UUID],
    ) -> Redirect:
        await do_once(
            request, actor.id, lambda: invitations.revoke(actor, organisation, invitation_id)
        )
        return _to_members(organisation)

    @post(
        "/members/{account_id:uuid}/role", name="office:change-role", access=OWNER, status_code=303
    )
    async def change_role(
        self,
        request: AnyRequest,
        actor: CurrentActor,
        organisation: CurrentOrganisation,
        account_id: FromPath[uuid.UUID],
    ) -> Redirect:
        form = await read_form(request, RoleForm)
        if form.value is None:
            raise form.refusal or InvalidError
        role = form.value.role
        await do_once(
            request, actor.id, lambda: members.change_role(actor, organisation, account_id, role)
        )
        return _to_members(organisation)

    @post(
        "/members/{account_id:uuid}/hand-over",
        name="office:hand-over",
        access=OWNER,
        status_code=303,
    )
    async def hand_over(
        self,
        request: AnyRequest,
        actor: CurrentActor,
        organisation: CurrentOrganisation,
        account_id: FromPath[uuid.UUID],
    ) -> Redirect:
        await do_once(request, actor.id, lambda: members.hand_over(actor, organisation, account_id))
        return _to_members(organisation)

    @post(
        "/members/{account_id:uuid}/remove",
        name="office:remove-member",
        access=OWNER,
        status_code=303,
    )
    async def remove(
        self,
        request: AnyRequest,
        actor: CurrentActor,
        organisation: CurrentOrganisation,
        account_id: FromPath[uuid.UUID],
    ) -> Redirect:
        await do_once(request, actor.id, lambda: members.remove(actor, organisation, account_id))
        return go_to("accounts:me") if account_id == actor.id else _to_members(organisation)

    @post("/leave", name="office:leave", access=member(), status_code=303)
    async def leave(
        self, request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation
    ) -> Redirect:
        await do_once(request, actor.id, lambda: members.remove(actor, organisation, actor.id))
        return go_to("accounts:me")

    @get("/profile", name="office:profile", access=OWNER)
    async def profile(
        self, request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation
    ) -> Template:
        context = await _profile_context(actor, organisation)
        saved = "saved" in request.query_params
        return Template(PROFILE, context={**context, "form": Form(), "saved": saved})

    @post("/profile", name="office:save-profile", access=OWNER, status_code=200)
    async def save_profile(
        self, request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation
    ) -> Template | Redirect:
        form = await read_form(request, OrganisationForm)
        async with submitted(request, actor.id, form) as sent:
            if sent.is_new:
                await service.describe(actor, organisation, sent.value, form.text("seen"))
                sent.go_to(
                    "office:profile", organisation_slug=organisation.slug, query={"saved": "1"}
                )
        return await sent.answer(PROFILE, lambda: _profile_context(actor, organisation))

    @get("/audit", name="office:audit", access=OWNER)
    async def audit_list(
        self, request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation
    ) -> Template:
        after = request.query_params.get("after", "")
        page = await audit.list_for_organisation(organisation.id, after)
        people = [row.actor_id for row in page.rows if row.actor_id is not None]
        return Template(
            "organisations/audit.html",
            context={
                **office_context(actor, organisation),
                "page": page,
                "is_first": not after,
                "names": await queries.list_names(people),
            },
        )


async def _members_context(actor: Actor, organisation: OrganisationRef) -> dict[str, Any]:
    can_manage = policies.can_manage_members(actor, organisation.id, clock.now())
    return {
        **office_context(actor, organisation),
        "actor_id": actor.id,
        "members": await organisations.list_members(organisation.id),
        "invitations": await organisations.list_open_invitations(organisation.id)
        if can_manage
        else [],
        "roles": labels.ROLES,
        "role_hints": labels.ROLE_HINTS,
        "now": clock.now(),
        "saved": False,
    }


async def _profile_context(actor: Actor, organisation: OrganisationRef) -> dict[str, Any]:
    return {
        **office_context(actor, organisation),
        "profile": await organisations.get_profile(organisation.id),
        "saved": False,
    }


def _to_members(organisation: OrganisationRef) -> Redirect:
    return go_to("office:members", organisation_slug=organisation.slug, query={"saved": "1"})
