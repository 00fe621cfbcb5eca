"""Policies for members of an organisation: pure functions."""

import uuid
from datetime import datetime

from enishi.accounts.schemas import Actor, Role


def is_member(actor: Actor | None, organisation_id: uuid.UUID) -> bool:
    return actor is not None and actor.role_in(organisation_id) is not None


def has_role(actor: Actor | None, organisation_id: uuid.UUID, *roles: Role) -> bool:
    """Whether the actor has one of the roles in this organisation. Owners have every role."""
    if actor is None:
        return False
    role = actor.role_in(organisation_id)
    return role is Role.OWNER or (role is not None and role in roles)


def can_edit(actor: Actor | None, organisation_id: uuid.UUID, now: datetime) -> bool:  # noqa: ARG001 (policies share one signature)
    return has_role(actor, organisation_id, Role.EDITOR)


def can_moderate(actor: Actor | None, organisation_id: uuid.UUID, now: datetime) -> bool:  # noqa: ARG001
    return has_role(actor, organisation_id, Role.MODERATOR)


def can_manage_members(actor: Actor | None, organisation_id: uuid.UUID, now: datetime) -> bool:  # noqa: ARG001
    return has_role(actor, organisation_id)
