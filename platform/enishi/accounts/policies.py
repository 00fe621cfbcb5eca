"""Who may do what: pure functions of whoever acts, the thing, and the instant."""

import uuid
from datetime import datetime, timedelta

from enishi.accounts.schemas import Actor, Role
from enishi.kit import clock

RECENT = timedelta(minutes=15)


def is_minor(actor: Actor, now: datetime) -> bool:
    """Whether somebody is under 16, as they said when they signed up."""
    return actor.minor_until is not None and clock.in_tokyo(now).date() < actor.minor_until


def can_act_in_public(actor: Actor | None, now: datetime) -> bool:
    """Whether what somebody says may be seen by others: under 16 only with a guardian's word."""
    return actor is not None and (not is_minor(actor, now) or actor.guardian_confirmed)


def has_signed_in_recently(actor: Actor, now: datetime) -> bool:
    """Whether the sign-in is fresh enough for acts that cannot be undone."""
    return actor.signed_in_at is not None and now - actor.signed_in_at < RECENT


def is_member(actor: Actor | None, organisation_id: uuid.UUID) -> bool:
    return actor is not None and actor.role_in(organisation_id) is not None


def has_role(actor: Actor | None, organisation_id: uuid.UUID, *roles: Role) -> bool:
    """Whether somebody has one of the roles for this organisation. Owners may do everything."""
    if actor is None:
        return False
    role = actor.role_in(organisation_id)
    return role is Role.OWNER or (role is not None and role in roles)


def can_edit(actor: Actor | None, organisation_id: uuid.UUID, now: datetime) -> bool:  # noqa: ARG001 (the shape of every policy)
    return has_role(actor, organisation_id, Role.EDITOR)


def can_moderate(actor: Actor | None, organisation_id: uuid.UUID, now: datetime) -> bool:  # noqa: ARG001
    return has_role(actor, organisation_id, Role.MODERATOR)


def can_manage_members(actor: Actor | None, organisation_id: uuid.UUID, now: datetime) -> bool:  # noqa: ARG001
    return has_role(actor, organisation_id)
