"""Names and office pages of what audit entries are about."""

import uuid
from collections.abc import Mapping

from enishi.accounts import queries as accounts
from enishi.audit.subjects import Resolver, Subject
from enishi.kit import db
from enishi.kit.i18n import gettext
from enishi.kit.links import link
from enishi.organisations import queries


async def _accounts(
    _: uuid.UUID, organisation_slug: str, ids: list[uuid.UUID]
) -> Mapping[uuid.UUID, Subject]:
    """Entries of an organisation are about its members only, present and former."""
    address = link("office:members", organisation_slug=organisation_slug)
    return {each: Subject(name, address) for each, name in (await accounts.list_names(ids)).items()}


async def _invitations(
    organisation_id: uuid.UUID, organisation_slug: str, ids: list[uuid.UUID]
) -> Mapping[uuid.UUID, Subject]:
    rows = await db.fetch(
        "SELECT id, address FROM organisations_invitation"
        " WHERE organisation_id = $1 AND id = ANY ($2) AND address <> ''",
        organisation_id,
        ids,
    )
    at = link("office:members", organisation_slug=organisation_slug)
    return {
        row["id"]: Subject(gettext("%(address)s への招待", address=row["address"]), at)
        for row in rows
    }


async def _organisation(
    organisation_id: uuid.UUID, organisation_slug: str, ids: list[uuid.UUID]
) -> Mapping[uuid.UUID, Subject]:
    if organisation_id not in ids:
        return {}
    own = await queries.get_organisation(organisation_id)
    address = link("office:profile", organisation_slug=organisation_slug)
    return {organisation_id: Subject(str(own.name), address)}


SUBJECTS: Mapping[str, Resolver] = {
    "account": _accounts,
    "invitation": _invitations,
    "organisation": _organisation,
}
