"""The office of an organisation: overview, members, invitations, profile."""

import uuid
from functools import partial
from typing import Any

from litestar import Controller, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import SIGNED_IN, CurrentActor
from enishi.accounts.pages.cookies import AnyRequest
from enishi.accounts.schemas import Actor, Role
from enishi.kit import clock
from enishi.kit.errors import ConflictError, EnishiError, InvalidError
from enishi.kit.forms import Form, longest
from enishi.kit.http.answers import do_once, go_to
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.kit.seen import FIELD
from enishi.organisations import labels, policies
from enishi.organisations import queries as organisations
from enishi.organisations.access import CurrentOrganisation, member
from enishi.organisations.office_context import office_context
from enishi.organisations.schemas import InvitationForm, OrganisationForm, OrganisationRef, RoleForm
from enishi.organisations.service import invitations, members
from enishi.organisations.service import organisations as service

INDEX = "organisations/office.html"
MEMBERS, PROFILE = "organisations/members.html", "organisations/profile.html"
OWNER = member(Role.OWNER)


@get("/office", name="office:choose", access=SIGNED_IN)
async def choose(actor: CurrentActor) -> Template | Redirect:
    """The offices of the account; the only one opens at once."""
    if len(actor.memberships) == 1:
        return go_to("office:index", organisation_slug=actor.memberships[0].organisation_slug)
    context = {"offices": actor.memberships, "roles": labels.ROLES}
    return Template("organisations/choose.html", context=context)


class OfficePages(Controller):
    path = "/office/{organisation_slug:str}"

    @get("/", name="office:index", access=member())
    async def index(self, actor: CurrentActor, organisation: CurrentOrganisation) -> Template:
        return Template(INDEX, context=await _index_context(actor, organisation))

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
        "/members/{account_id:uuid}/role", name="office:change-role", access=OWNER, status_code=200
    )
    async def change_role(
        self,
        request: AnyRequest,
        actor: CurrentActor,
        organisation: CurrentOrganisation,
        account_id: FromPath[uuid.UUID],
    ) -> Template | Redirect:
        form = await read_form(request, RoleForm)
        if form.value is None:
            refusal = form.refusal or InvalidError(form.error("role"))
            return await _refused_member(actor, organisation, account_id, refusal)
        role, seen = form.value.role, form.text(FIELD)
        try:
            await do_once(
                request,
                actor.id,
                lambda: members.change_role(actor, organisation, account_id, role, seen),
            )
        except ConflictError as error:
            return await _refused_member(actor, organisation, account_id, error)
        return _to_members(organisation)

    @post(
        "/members/{account_id:uuid}/hand-over",
        name="office:hand-over",
        access=OWNER,
        status_code=200,
    )
    async def hand_over(
        self,
        request: AnyRequest,
        actor: CurrentActor,
        organisation: CurrentOrganisation,
        account_id: FromPath[uuid.UUID],
    ) -> Template | Redirect:
        try:
            await do_once(
                request, actor.id, lambda: members.hand_over(actor, organisation, account_id)
            )
        except ConflictError as error:
            return await _refused_member(actor, organisation, account_id, error)
        return _to_members(organisation)

    @post(
        "/members/{account_id:uuid}/remove",
        name="office:remove-member",
        access=OWNER,
        status_code=200,
    )
    async def remove(
        self,
        request: AnyRequest,
        actor: CurrentActor,
        organisation: CurrentOrganisation,
        account_id: FromPath[uuid.UUID],
    ) -> Template | Redirect:
        try:
            await do_once(
                request, actor.id, lambda: members.remove(actor, organisation, account_id)
            )
        except ConflictError as error:
            return await _refused_member(actor, organisation, account_id, error)
        return go_to("accounts:me") if account_id == actor.id else _to_members(organisation)

    @post("/leave", name="office:leave", access=member(), status_code=200)
    async def leave(
        self, request: AnyRequest, actor: CurrentActor, organisation: CurrentOrganisation
    ) -> Template | Redirect:
        try:
            await do_once(request, actor.id, lambda: members.remove(actor, organisation, actor.id))
        except ConflictError as error:
            context = await _index_context(actor, organisation)
            refused = {"refusal": str(error)}
            return Template(INDEX, context=context | refused, status_code=error.status_code)
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


async def _index_context(actor: Actor, organisation: OrganisationRef) -> dict[str, Any]:
    return {
        **office_context(actor, organisation),
        "profile": await organisations.get_profile(organisation.id),
        "kind": labels.KINDS[organisation.kind],
        "member_count": len(await organisations.list_members(organisation.id)),
        "refusal": "",
    }


async def _refused_member(
    actor: Actor, organisation: OrganisationRef, account_id: uuid.UUID, error: EnishiError
) -> Template:
    """The list of members, with the refusal beside the form that it answers."""
    context = await _members_context(actor, organisation)
    refused = {"form": Form(), "refused": {account_id: str(error)}}
    return Template(MEMBERS, context=context | refused, status_code=error.status_code)


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
        "refused": {},
        "saved": False,
    }


async def _profile_context(actor: Actor, organisation: OrganisationRef) -> dict[str, Any]:
    return {
        **office_context(actor, organisation),
        "profile": await organisations.get_profile(organisation.id),
        "longest": partial(longest, OrganisationForm),
        "saved": False,
    }


def _to_members(organisation: OrganisationRef) -> Redirect:
    return go_to("office:members", organisation_slug=organisation.slug, query={"saved": "1"})
