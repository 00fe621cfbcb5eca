"""What is known of organisations, their members and invitations."""

import json
import uuid
from collections.abc import Collection
from typing import Any

from enishi.accounts.schemas import (
    InvitationRow,
    InvitationView,
    MemberRow,
    OrganisationKind,
    OrganisationRef,
    OrganisationView,
)
from enishi.kit import clock, db
from enishi.kit.errors import NotFoundError

_REF = (
    "SELECT id, slug, kind, lg_code, name, verified_at IS NOT NULL AS is_verified"
    " FROM accounts_organisation"
)
_PROFILE = (
    "SELECT id, slug, kind, lg_code, name, verified_at IS NOT NULL AS is_verified,"
    " summary, contact, website FROM accounts_organisation WHERE id = $1"
)


def _ref(row: dict[str, Any]) -> OrganisationRef:
    return OrganisationRef.model_validate({**row, "name": json.loads(row["name"])})


async def find_organisation(slug: str) -> OrganisationRef | None:
    rows = await db.fetch(_REF + " WHERE slug = $1", slug)
    return _ref(rows[0]) if rows else None


async def get_organisation(organisation_id: uuid.UUID) -> OrganisationRef:
    rows = await db.fetch(_REF + " WHERE id = $1", organisation_id)
    if not rows:
        raise NotFoundError
    return _ref(rows[0])


async def get_profile(organisation_id: uuid.UUID) -> OrganisationView:
    rows = await db.fetch(_PROFILE, organisation_id)
    if not rows:
        raise NotFoundError
    row = rows[0]
    summary = json.loads(row["summary"]) if row["summary"] else None
    return OrganisationView.model_validate(
        {**row, "name": json.loads(row["name"]), "summary": summary}
    )


async def list_organisations(kind: OrganisationKind | None = None) -> list[OrganisationRef]:
    """Every organisation, by slug: for operators and for choices."""
    rows = await db.fetch(_REF + " WHERE $1::text IS NULL OR kind = $1 ORDER BY slug", kind)
    return [_ref(row) for row in rows]


async def list_organisations_by_id(ids: list[uuid.UUID]) -> dict[uuid.UUID, OrganisationRef]:
    """References for rows of other domains, in one query."""
    rows = await db.fetch(_REF + " WHERE id = ANY($1)", ids)
    return {row["id"]: _ref(row) for row in rows}


async def list_organisations_of(place_codes: Collection[str]) -> list[OrganisationRef]:
    """The authorities of these places."""
    rows = await db.fetch(_REF + " WHERE lg_code = ANY($1) ORDER BY slug", list(place_codes))
    return [_ref(row) for row in rows]


async def list_members(organisation_id: uuid.UUID) -> list[MemberRow]:
    rows = await db.fetch(
        "SELECT membership.account_id, account.display_name, account.address, membership.role,"
        " membership.joined_at"
        " FROM accounts_membership membership"
        " JOIN accounts_account account ON account.id = membership.account_id"
        " WHERE membership.organisation_id = $1 ORDER BY membership.joined_at, membership.id",
        organisation_id,
    )
    return [MemberRow.model_validate(row) for row in rows]


async def list_open_invitations(organisation_id: uuid.UUID) -> list[InvitationRow]:
    """Invitations nobody has taken yet, the expired ones included: they can be revoked."""
    rows = await db.fetch(
        "SELECT id, address, role, created_at, expires_at FROM accounts_invitation"
        " WHERE organisation_id = $1 AND accepted_at IS NULL AND revoked_at IS NULL"
        " ORDER BY created_at DESC, id DESC",
        organisation_id,
    )
    return [InvitationRow.model_validate(row) for row in rows]


async def find_invitation(invitation_id: uuid.UUID) -> InvitationView | None:
    """An invitation that can still be taken."""
    rows = await db.fetch(
        "SELECT id, organisation_id, address, role, created_at, expires_at"
        " FROM accounts_invitation WHERE id = $1 AND accepted_at IS NULL"
        " AND revoked_at IS NULL AND expires_at > $2",
        invitation_id,
        clock.now(),
    )
    if not rows:
        return None
    row = rows[0]
    organisation = await get_organisation(row.pop("organisation_id"))
    return InvitationView.model_validate({**row, "organisation": organisation})


async def list_names(account_ids: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Display names of accounts that still exist: for an office's own audit list."""
    rows = await db.fetch(
        "SELECT id, display_name FROM accounts_account WHERE id = ANY($1) AND closed_at IS NULL",
        account_ids,
    )
    return {row["id"]: row["display_name"] for row in rows}
