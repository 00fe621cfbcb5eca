"""Access for members of an organisation: the level that an office's routes declare.

    @get("/members", name="office:members", access=member(Role.EDITOR))
    async def members(self, actor: CurrentActor, organisation: CurrentOrganisation) -> Template:

`enforce` is the guard of the whole application: it checks the levels of accounts first.
"""

from dataclasses import dataclass
from typing import Any

from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler

from enishi.accounts import access as accounts
from enishi.accounts.access import Access, Connection, Dependencies, Level, from_state
from enishi.accounts.schemas import Actor, Role
from enishi.kit.errors import ForbiddenError, NotFoundError
from enishi.organisations import policies, queries
from enishi.organisations.errors import RoleNeededError
from enishi.organisations.schemas import OrganisationRef

_ORGANISATION = "enishi_organisation"

CurrentOrganisation = NamedDependency[OrganisationRef]
"""Annotates a handler's `organisation`, the one in the path. For member(…) routes."""

DEPENDENCIES: Dependencies = {
    **accounts.DEPENDENCIES,
    "organisation": from_state(lambda state: state[_ORGANISATION]),
}


@dataclass(frozen=True)
class MemberAccess(Access):
    level: Level = Level.MEMBER
    roles: tuple[Role, ...] = ()


def member(*roles: Role) -> MemberAccess:
    """Require membership, with one of the roles if any are given, in the path's organisation.

    The path holds `{organisation_slug:str}`. Owners have every role. Others get 404, so that they
    cannot find out which offices exist.
    """
    return MemberAccess(roles=roles)


async def enforce(connection: Connection, handler: BaseRouteHandler) -> None:
    """The guard of the whole application.

    Raises ForbiddenError, SignInNeededError, GuardianNeededError, RoleNeededError in an office, and
    NotFoundError for offices of organisations that the actor does not belong to.
    """
    await accounts.enforce(connection, handler)
    access = accounts.declared(handler)
    if access is None or access.level is not Level.MEMBER:
        return
    if not isinstance(access, MemberAccess):  # fail closed: MEMBER was declared without `member(…)`
        raise ForbiddenError
    actor = accounts.current_actor(connection.scope["state"])
    organisation = await queries.find_organisation(connection.path_params["organisation_slug"])
    if organisation is None or not policies.is_member(actor, organisation.id):
        raise NotFoundError
    connection.scope["state"][_ORGANISATION] = organisation
    if access.roles and not policies.has_role(actor, organisation.id, *access.roles):
        raise RoleNeededError(access.roles, actor.role_in(organisation.id))


def find_office(state: dict[str, Any]) -> tuple[Actor, OrganisationRef] | None:
    """The member and the organisation of a request to an office, for the page of an error."""
    organisation: OrganisationRef | None = state.get(_ORGANISATION)
    return (accounts.current_actor(state), organisation) if organisation else None
