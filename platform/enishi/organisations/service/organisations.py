"""Writes of organisations: operators create and verify them, owners describe them."""

import uuid

import asyncpg

from enishi.accounts import queries, sessions
from enishi.accounts.schemas import Actor, Role
from enishi.audit import service as audit
from enishi.kit import clock, db
from enishi.kit.errors import NotFoundError
from enishi.kit.i18n import gettext_lazy
from enishi.kit.ids import new_id
from enishi.kit.seen import ChangedMeanwhileError
from enishi.organisations import queries as organisations
from enishi.organisations.errors import (
    AlreadyMemberError,
    CodeNeededError,
    LooksAlikeError,
    SlugTakenError,
    VerifiedNameError,
)
from enishi.organisations.schemas import (
    NewOrganisation,
    OrganisationForm,
    OrganisationKind,
    OrganisationName,
    OrganisationRef,
)
from enishi.organisations.tables import Organisation
from enishi.places import queries as places

_ONE_SLUG = "organisations_organisation_slug_key"
_WITH_CODE = (OrganisationKind.PREFECTURE, OrganisationKind.MUNICIPALITY)


async def create(form: NewOrganisation) -> uuid.UUID:
    """Create an unverified organisation without members, for an operator.

    Raises CodeNeededError, SlugTakenError, and LooksAlikeError; two municipalities may have one
    name, because their codes tell them apart.
    """
    _check_code(form)
    if form.lg_code is None:
        await _check_name(form.name)
    organisation_id = new_id()
    try:
        async with db.unit_of_work():
            await Organisation(
                id=organisation_id,
                slug=form.slug,
                kind=form.kind,
                lg_code=form.lg_code,
                name=form.name.model_dump_json(),
                created_at=clock.now(),
            ).save()
            await audit.record(
                "accounts.organisation.created",
                actor_id=None,
                subject=("organisation", organisation_id),
                organisation_id=organisation_id,
                slug=form.slug,
                kind=form.kind,
            )
    except asyncpg.UniqueViolationError as error:
        if db.violated_constraint(error) != _ONE_SLUG:
            raise
        raise SlugTakenError from None
    return organisation_id


def _check_code(form: NewOrganisation) -> None:
    found = None
    if form.lg_code is not None and form.kind is OrganisationKind.PREFECTURE:
        found = places.find_prefecture(form.lg_code)
    elif form.lg_code is not None and form.kind is OrganisationKind.MUNICIPALITY:
        found = places.find_municipality(form.lg_code)
    if (form.kind in _WITH_CODE) != (found is not None) or (found is None and form.lg_code):
        raise CodeNeededError


async def verify(slug: str) -> OrganisationRef:
    """Record that an operator has verified who runs the organisation."""
    organisation = await _by_slug(slug)
    async with db.unit_of_work():
        verified = await db.fetch_one(
            "UPDATE organisations_organisation SET verified_at = $2"
            " WHERE id = $1 AND verified_at IS NULL RETURNING id",
            organisation.id,
            clock.now(),
        )
        if verified is not None:
            await audit.record(
                "accounts.organisation.verified",
                actor_id=None,
                subject=("organisation", organisation.id),
                organisation_id=organisation.id,
            )
    return organisation


async def add_owner(slug: str, address: str) -> OrganisationRef:
    """Make an existing account an owner, for an operator. NotFoundError without an account."""
    organisation = await _by_slug(slug)
    account_id = await queries.find_account_id(address)
    if account_id is None:
        raise NotFoundError(gettext_lazy("このメールアドレスのアカウントはありません。"))
    async with db.unit_of_work():
        await join(organisation.id, account_id, Role.OWNER, actor_id=None)
    return organisation


async def join(
    organisation_id: uuid.UUID, account_id: uuid.UUID, role: Role, *, actor_id: uuid.UUID | None
) -> None:
    """Add a member, in the caller's unit of work, or change the role of one.

    Raises AlreadyMemberError for the same role again, and for an owner, who would lose rights.
    """
    joined = await db.fetch_one(
        "INSERT INTO organisations_membership AS membership"
        " (id, organisation_id, account_id, role, joined_at) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (organisation_id, account_id) DO UPDATE SET role = EXCLUDED.role"
        " WHERE membership.role NOT IN ('owner', EXCLUDED.role) RETURNING id",
        new_id(),
        organisation_id,
        account_id,
        role,
        clock.now(),
    )
    if joined is None:
        raise AlreadyMemberError
    await sessions.announce_change(account_id)
    await audit.record(
        "accounts.membership.joined",
        actor_id=actor_id,
        subject=("account", account_id),
        organisation_id=organisation_id,
        role=role,
    )


async def _check_name(name: OrganisationName, *, but: uuid.UUID | None = None) -> None:
    if await organisations.find_look_alike([name.ja, name.en], but=but) is not None:
        raise LooksAlikeError


async def rename(slug: str, name: OrganisationName) -> OrganisationRef:
    """Change the name, for an operator. Raises LooksAlikeError."""
    organisation = await _by_slug(slug)
    await _check_name(name, but=organisation.id)
    async with db.unit_of_work():
        await db.execute(
            "UPDATE organisations_organisation SET name = $2 WHERE id = $1",
            organisation.id,
            name.model_dump_json(),
        )
        await audit.record(
            "accounts.organisation.renamed",
            actor_id=None,
            subject=("organisation", organisation.id),
            organisation_id=organisation.id,
        )
    return organisation


async def _by_slug(slug: str) -> OrganisationRef:
    organisation = await organisations.find_organisation(slug)
    if organisation is None:
        raise NotFoundError(gettext_lazy("この識別名の団体はありません。"))
    return organisation


async def describe(
    actor: Actor, organisation: OrganisationRef, form: OrganisationForm, seen: str = ""
) -> None:
    """Store the public description of the organisation.

    `seen` is its fingerprint when the form was opened. Raises ChangedMeanwhileError,
    VerifiedNameError for another name of a verified one, and LooksAlikeError.
    """
    if form.name.model_dump() != organisation.name.model_dump():
        if organisation.is_verified:
            raise VerifiedNameError
        await _check_name(form.name, but=organisation.id)
    async with db.unit_of_work():
        await db.execute(
            "SELECT 1 FROM organisations_organisation WHERE id = $1 FOR UPDATE", organisation.id
        )
        if seen and seen != (await organisations.get_profile(organisation.id)).fingerprint:
            raise ChangedMeanwhileError(
                await queries.find_last_editor(organisation.id, "organisation", organisation.id)
            )
        await db.execute(
            "UPDATE organisations_organisation SET name = $2, summary = $3, contact = $4,"
            " website = $5, one_person_answers = $6 WHERE id = $1",
            organisation.id,
            form.name.model_dump_json(),
            form.summary.model_dump_json() if form.summary else None,
            form.contact,
            form.website,
            form.one_person_answers,
        )
        await audit.record(
            "accounts.organisation.described",
            actor_id=actor.id,
            subject=("organisation", organisation.id),
            organisation_id=organisation.id,
            one_person_answers=form.one_person_answers,
        )
