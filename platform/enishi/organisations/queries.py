"""Reads of organisations, their members and invitations."""

import json
import uuid
from collections.abc import Collection
from typing import Any

from enishi.accounts import queries as accounts
from enishi.accounts.schemas import MembershipRef
from enishi.kit import clock, db
from enishi.kit.errors import NotFoundError
from enishi.kit.text_validation import skeleton
from enishi.organisations.schemas import (
    InvitationRow,
    InvitationView,
    MemberRow,
    OrganisationKind,
    OrganisationRef,
    OrganisationView,
)

_REF = (
    "SELECT id, slug, kind, lg_code, name, verified_at IS NOT NULL AS is_verified"
    " FROM organisations_organisation"
)
_PROFILE = (
    "SELECT id, slug, kind, lg_code, name, verified_at IS NOT NULL AS is_verified,"
    " summary, contact, website, one_person_answers FROM organisations_organisation"
    " WHERE id = $1"
)


def _ref(row: dict[str, Any]) -> OrganisationRef:
    return OrganisationRef.model_validate({**row, "name": json.loads(row["name"])})


async def find_organisation(slug: str) -> OrganisationRef | None:
    row = await db.fetch_one(_REF + " WHERE slug = $1", slug)
    return _ref(row) if row else None


async def get_organisation(organisation_id: uuid.UUID) -> OrganisationRef:
    row = await db.fetch_one(_REF + " WHERE id = $1", organisation_id)
    if row is None:
        raise NotFoundError
    return _ref(row)


async def get_profile(organisation_id: uuid.UUID) -> OrganisationView:
    row = await db.fetch_one(_PROFILE, organisation_id)
    if row is None:
        raise NotFoundError
    summary = json.loads(row["summary"]) if row["summary"] else None
    return OrganisationView.model_validate(
        {**row, "name": json.loads(row["name"]), "summary": summary}
    )


async def lets_one_person_answer(organisation_id: uuid.UUID) -> bool:
    """Whether who writes an official answer may approve it, too; False if there is none."""
    row = await db.fetch_one(
        "SELECT one_person_answers FROM organisations_organisation WHERE id = $1", organisation_id
    )
    return row is not None and row["one_person_answers"] is True


async def list_organisations(kind: OrganisationKind | None = None) -> list[OrganisationRef]:
    """All organisations, or those of one kind, ordered by slug."""
    rows = await db.fetch(_REF + " WHERE $1::text IS NULL OR kind = $1 ORDER BY slug", kind)
    return [_ref(row) for row in rows]


async def find_look_alike(
    names: Collection[str], *, but: uuid.UUID | None = None
) -> OrganisationRef | None:
    """An organisation that can be taken for one of the names; `but` is left out."""
    wanted = {skeleton(name) for name in names} - {""}
    for each in await list_organisations():
        if each.id != but and wanted & {skeleton(each.name.ja), skeleton(each.name.en)}:
            return each
    return None


async def list_organisations_by_id(ids: list[uuid.UUID]) -> dict[uuid.UUID, OrganisationRef]:
    """References by id, in one query: for rows of other domains."""
    rows = await db.fetch(_REF + " WHERE id = ANY($1)", ids)
    return {row["id"]: _ref(row) for row in rows}


async def list_organisations_of(place_codes: Collection[str]) -> list[OrganisationRef]:
    """The organisations with these codes of prefectures and municipalities."""
    rows = await db.fetch(_REF + " WHERE lg_code = ANY($1) ORDER BY slug", list(place_codes))
    return [_ref(row) for row in rows]


async def list_members(organisation_id: uuid.UUID) -> list[MemberRow]:
    """Members in the order of joining, with name and address of their accounts."""
    rows = await db.fetch(
        "SELECT account_id, role, joined_at FROM organisations_membership"
        " WHERE organisation_id = $1 ORDER BY joined_at, id",
        organisation_id,
    )
    contacts = await accounts.list_contacts([row["account_id"] for row in rows])
    return [
        MemberRow.model_validate({**row, **contacts[row["account_id"]].model_dump()})
        for row in rows
        if row["account_id"] in contacts
    ]


async def list_open_invitations(organisation_id: uuid.UUID) -> list[InvitationRow]:
    """Invitations that are neither accepted nor revoked, expired ones included, newest first."""
    rows = await db.fetch(
        "SELECT id, address, role, created_at, expires_at FROM organisations_invitation"
        " WHERE organisation_id = $1 AND accepted_at IS NULL AND revoked_at IS NULL"
        " ORDER BY created_at DESC, id DESC",
        organisation_id,
    )
    return [InvitationRow.model_validate(row) for row in rows]


async def find_invitation(invitation_id: uuid.UUID) -> InvitationView | None:
    """An invitation that can still be accepted."""
    row = await db.fetch_one(
        "SELECT id, organisation_id, address, role, created_at, expires_at"
        " FROM organisations_invitation WHERE id = $1 AND accepted_at IS NULL"
        " AND revoked_at IS NULL AND expires_at > $2",
        invitation_id,
        clock.now(),
    )
    if row is None:
        return None
    organisation = await get_organisation(row.pop("organisation_id"))
    return InvitationView.model_validate({**row, "organisation": organisation})


async def list_roles(account_id: uuid.UUID) -> tuple[MembershipRef, ...]:
    """All roles of an account, for `accounts.memberships`."""
    rows = await db.fetch(
        "SELECT organisation.id AS organisation_id, organisation.slug AS organisation_slug,"
        " organisation.name AS organisation_name, membership.role"
        " FROM organisations_membership membership"
        " JOIN organisations_organisation organisation"
        " ON organisation.id = membership.organisation_id WHERE membership.account_id = $1",
        account_id,
    )
    return tuple(
        MembershipRef.model_validate(
            {**row, "organisation_name": json.loads(row["organisation_name"])}
        )
        for row in rows
    )


async def list_memberships(account_id: uuid.UUID) -> list[dict[str, str]]:
    """Organisation, role and start of each membership, for the export of an account's data."""
    rows = await db.fetch(
        "SELECT organisation.slug AS organisation, membership.role, membership.joined_at"
        " FROM organisations_membership membership"
        " JOIN organisations_organisation organisation"
        " ON organisation.id = membership.organisation_id"
        " WHERE membership.account_id = $1 ORDER BY membership.joined_at",
        account_id,
    )
    return [{key: str(value) for key, value in row.items()} for row in rows]
