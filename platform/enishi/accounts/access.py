"""Access to routes: every handler declares its level, one guard enforces it.

    @get("/terms", name="legal:terms", access=PUBLIC)
    @post("/close", name="accounts:close", access=RECENT)

A request to a handler without a declaration is refused, and a test over all routes fails on it. The
guard loads the actor before Litestar resolves dependencies, because those run in a task group.
Handlers then take `actor: CurrentActor` or `visitor: OptionalActor`. `organisations.access` adds
the level of an organisation's members.

A handler of a form with codes names their fields (`secret_fields=("code",)`): `web.kept_form` does
not repeat them in a page. One of a form that asks about health, or holds a secret, says
`private_form=True`: browsers keep no answer of it (`web.history`). A controller whose forms begin a
session says so (`opt = {"any_identity": True}`): sent twice, they come from two identities
(kit.http.opened_as).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from litestar.connection import ASGIConnection
from litestar.di import NamedDependency, Provide
from litestar.handlers import BaseRouteHandler
from litestar.types import Scope

from enishi.accounts import policies, sessions
from enishi.accounts.errors import (
    GuardianNeededError,
    RecentSignInNeededError,
    SignInNeededError,
)
from enishi.accounts.schemas import Actor
from enishi.kit import clock
from enishi.kit.errors import ForbiddenError
from enishi.kit.http import opened_as

Connection = ASGIConnection[Any, Any, Any, Any]


class Level(StrEnum):
    """The values are those of the table of routes in the tests."""

    PUBLIC = "public"
    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    MAY_ACT = "may_act"
    RECENT = "recent"
    MEMBER = "member"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Access:
    level: Level


PUBLIC = Access(Level.PUBLIC)
"""Everybody. The answer is the same for all and reads no session, so caches may keep it."""
ANYONE = Access(Level.ANYONE)
"""Everybody. The answer may depend on the session (`visitor: OptionalActor`)."""
SIGNED_IN = Access(Level.SIGNED_IN)
MAY_ACT = Access(Level.MAY_ACT)
"""Signed in, and 16 or over or confirmed by a guardian: for content that others can see."""
RECENT = Access(Level.RECENT)
"""Signed in within the last 15 minutes: for what cannot be undone."""
OPERATOR = Access(Level.OPERATOR)
"""Operators of the site. A guard of these routes checks their own cookie."""


_ACTOR = "enishi_actor"


async def enforce(connection: Connection, handler: BaseRouteHandler) -> None:
    """Check the level of a route. MEMBER is only checked for a session here.

    Raises ForbiddenError, SignInNeededError, GuardianNeededError, RecentSignInNeededError.
    """
    opened_as.forget()
    access = declared(handler)
    if access is None:
        raise ForbiddenError
    if access.level in (Level.PUBLIC, Level.OPERATOR):
        return
    actor = connection.scope["state"][_ACTOR] = await _identify(connection)
    if not handler.opt.get("any_identity"):
        opened_as.identify(actor.id if actor else None)
    if access.level is Level.ANYONE:
        return
    if actor is None:
        raise SignInNeededError
    if access.level is Level.MAY_ACT and not policies.can_act_in_public(actor, clock.now()):
        raise GuardianNeededError
    if access.level is Level.RECENT and not policies.has_signed_in_recently(actor, clock.now()):
        raise RecentSignInNeededError


def declared(handler: BaseRouteHandler) -> Access | None:
    """The access that the handler or its controller declares."""
    access = handler.opt.get("access")
    return access if isinstance(access, Access) else None


async def _identify(connection: Connection) -> Actor | None:
    cookie = connection.cookies.get(sessions.cookie_name())
    token = sessions.read_token(cookie) if cookie else None
    return await sessions.identify(token) if token else None


def current_actor(scope_state: dict[str, Any]) -> Actor:
    actor: Actor | None = scope_state.get(_ACTOR)
    if actor is None:
        raise SignInNeededError
    return actor


def is_identified(scope_state: dict[str, Any]) -> bool:
    """Whether the request was found to come from a signed-in account."""
    return scope_state.get(_ACTOR) is not None


def from_state(read: Callable[[dict[str, Any]], Any]) -> Provide:
    def provide(scope: Scope) -> Any:
        return read(scope["state"])

    return Provide(provide, sync_to_thread=False)


CurrentActor = NamedDependency[Actor]
"""Annotates a handler's `actor`, the signed-in account. Not for PUBLIC and ANYONE routes."""
OptionalActor = NamedDependency[Actor | None]
"""Annotates a handler's `visitor`, the signed-in account or None. For ANYONE routes."""

Dependencies = dict[str, Callable[..., Awaitable[Any]] | Provide]
DEPENDENCIES: Dependencies = {
    "actor": from_state(current_actor),
    "visitor": from_state(lambda state: state.get(_ACTOR)),
    "actor_id": from_state(lambda state: actor.id if (actor := state.get(_ACTOR)) else None),
}


def sign_in_address(connection: Connection, sign_in_path: str) -> str:
    """The path of the sign-in form that leads back to this request's page."""
    path = connection.scope["path"]
    query = connection.scope["query_string"].decode("latin-1")
    wanted = f"{path}?{query}" if query else path
    return f"{sign_in_path}?next={quote(wanted, safe='/')}"
