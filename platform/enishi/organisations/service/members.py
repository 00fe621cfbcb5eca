"""Memberships and their roles. A trigger refuses the removal of the last owner."""

import uuid

import asyncpg

from enishi.accounts import sessions
from enishi.accounts.schemas import Actor, Role
from enishi.audit import service as audit
from enishi.kit import db
from enishi.kit.errors import NotFoundError
from enishi.kit.seen import ChangedMeanwhileError
from enishi.organisations import queries as organisations
from enishi.organisations.errors import LastOwnerError, OnlyOwnerError
from enishi.organisations.schemas import OrganisationRef

KEEPS_AN_OWNER = "organisations_membership_keeps_an_owner"


async def change_role(
    actor: Actor,
    organisation: OrganisationRef,
    account_id: uuid.UUID,
    role: Role,
    seen: str = "",
) -> None:
    """Change the role of a member.

    `seen` is the role that the form showed, empty for a caller without a form. Raises
    LastOwnerError, NotFoundError, and ChangedMeanwhileError if it has another role by now.
    """
    try:
        async with db.unit_of_work():
            changed = await db.fetch_one(
                "UPDATE organisations_membership SET role = $3"
                " WHERE organisation_id = $1 AND account_id = $2"
                " AND ($4 = '' OR role = $4) RETURNING id",
                organisation.id,
                account_id,
                role,
                seen,
            )
            if changed is None:
                await _require_as_seen(organisation, account_id, seen)
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


async def _require_as_seen(organisation: OrganisationRef, account_id: uuid.UUID, seen: str) -> None:
    roles = [
        each.role
        for each in await organisations.list_members(organisation.id)
        if each.account_id == account_id
    ]
    if seen and roles and roles[0] != seen:
        raise ChangedMeanwhileError


async def hand_over(actor: Actor, organisation: OrganisationRef, account_id: uuid.UUID) -> None:
    """Make another member an owner and the actor an editor, atomically.

    Raises LastOwnerError for the actor's own account, NotFoundError.
    """
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
    """End a membership, also the actor's own. Raises LastOwnerError, NotFoundError."""
    try:
        async with db.unit_of_work():
            removed = await db.fetch_one(
                "DELETE FROM organisations_membership"
                " WHERE organisation_id = $1 AND account_id = $2 RETURNING role",
                organisation.id,
                account_id,
            )
            if removed is None:
                raise NotFoundError
            await sessions.announce_change(account_id)
            await audit.record(
                "accounts.membership.left"
                if account_id == actor.id
                else "accounts.membership.removed",
                actor_id=actor.id,
                subject=("account", account_id),
                organisation_id=organisation.id,
                role=removed["role"],
            )
    except asyncpg.CheckViolationError as error:
        raise _translated(error) from None


def _translated(error: asyncpg.CheckViolationError) -> Exception:
    return LastOwnerError() if error.constraint_name == KEEPS_AN_OWNER else error


async def leave_all(account_id: uuid.UUID) -> None:
    """End every membership, in the unit of work that closes the account.

    Raises OnlyOwnerError while an organisation would be left without an owner.
    """
    # Ordered by id: concurrent closings take the locks in the same order (no deadlock).
    rows = await db.fetch(
        "SELECT organisation_id, role FROM organisations_membership WHERE account_id = $1"
        " ORDER BY organisation_id",
        account_id,
    )
    for row in rows:
        # The trigger's row lock, taken before the check: two leaving owners are serialised.
        await db.execute(
            "SELECT 1 FROM organisations_organisation WHERE id = $1 FOR NO KEY UPDATE",
            row["organisation_id"],
        )
        left = await db.fetch_one(
            "DELETE FROM organisations_membership m WHERE organisation_id = $1 AND account_id = $2"
            " AND (role <> $3 OR EXISTS (SELECT 1 FROM organisations_membership o"
            " WHERE o.organisation_id = $1 AND o.account_id <> $2 AND o.role = $3))"
            " RETURNING m.id",
            row["organisation_id"],
            account_id,
            Role.OWNER,
        )
        if left is None:
            raise OnlyOwnerError
        await audit.record(
            "accounts.membership.left",
            actor_id=account_id,
            subject=("account", account_id),
            organisation_id=row["organisation_id"],
            role=row["role"],
        )
