"""Who belongs to an organisation, and as what. It never loses its last owner (a trigger)."""

import uuid

import asyncpg

from enishi.accounts import sessions
from enishi.accounts.schemas import Actor, OrganisationRef, Role
from enishi.audit import service as audit
from enishi.kit import db
from enishi.kit.errors import ConflictError, NotFoundError
from enishi.kit.i18n import gettext_lazy

KEEPS_AN_OWNER = "accounts_membership_keeps_an_owner"


class LastOwnerError(ConflictError):
    message = gettext_lazy("団体には管理者が必ず1人必要です。先にほかの人を管理者にしてください。")


async def change_role(
    actor: Actor, organisation: OrganisationRef, account_id: uuid.UUID, role: Role
) -> None:
    """Give a member another role. Raises LastOwnerError, NotFoundError."""
    try:
        async with db.unit_of_work():
            changed = await db.fetch(
                "UPDATE accounts_membership SET role = $3"
                " WHERE organisation_id = $1 AND account_id = $2 RETURNING id",
                organisation.id,
                account_id,
                role,
            )
            if not changed:
                raise NotFoundError
            await sessions.announce_change(account_id)
            await audit.record(
                "accounts.membership.role_changed",
                actor_id=actor.id,
                subject=("account", account_id),
                organisation_id=organisation.id,
                role=role,
            )
    except asyncpg.CheckViolationError as error:
        raise _translated(error) from None


async def hand_over(actor: Actor, organisation: OrganisationRef, account_id: uuid.UUID) -> None:
    """Make another member the owner and step back to editor, both or neither."""
    if account_id == actor.id:
        raise LastOwnerError
    async with db.unit_of_work():
        await change_role(actor, organisation, account_id, Role.OWNER)
        await change_role(actor, organisation, actor.id, Role.EDITOR)
        await audit.record(
            "accounts.ownership.handed_over",
            actor_id=actor.id,
            subject=("account", account_id),
            organisation_id=organisation.id,
        )


async def remove(actor: Actor, organisation: OrganisationRef, account_id: uuid.UUID) -> None:
    """End a membership; one's own is leaving. Raises LastOwnerError, NotFoundError."""
    try:
        async with db.unit_of_work():
            removed = await db.fetch(
                "DELETE FROM accounts_membership"
                " WHERE organisation_id = $1 AND account_id = $2 RETURNING role",
                organisation.id,
                account_id,
            )
            if not removed:
                raise NotFoundError
            await sessions.announce_change(account_id)
            await audit.record(
                "accounts.membership.left"
                if account_id == actor.id
                else "accounts.membership.removed",
                actor_id=actor.id,
                subject=("account", account_id),
                organisation_id=organisation.id,
                role=removed[0]["role"],
            )
    except asyncpg.CheckViolationError as error:
        raise _translated(error) from None


def _translated(error: asyncpg.CheckViolationError) -> Exception:
    return LastOwnerError() if error.constraint_name == KEEPS_AN_OWNER else error
