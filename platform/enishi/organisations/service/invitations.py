"""Invitations: a role is offered to a mail address, for a week, to be accepted once."""

import uuid
from datetime import timedelta

from enishi.accounts import queries
from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.kit import clock, db, links, mail, ratelimit
from enishi.kit.errors import NotFoundError
from enishi.kit.i18n import Language
from enishi.kit.ids import new_id
from enishi.kit.keyring import BadTokenError, ring
from enishi.kit.ratelimit import Limit
from enishi.organisations import queries as organisations
from enishi.organisations.errors import (
    AlreadyInvitedError,
    AlreadyMemberError,
    InvitationLinkError,
    OtherAddressError,
)
from enishi.organisations.schemas import InvitationForm, InvitationView, OrganisationRef
from enishi.organisations.service.organisations import join

_LINK = links.declare("accounts:invitation", "/{language}/invitations/{token}")
_PURPOSE = "accounts.invitation"
VALID_FOR = timedelta(days=7)
_PER_ORGANISATION = Limit("accounts.invitation", 50, timedelta(days=1))


async def invite(actor: Actor, organisation: OrganisationRef, form: InvitationForm) -> uuid.UUID:
    """Offer a role by mail.

    Raises AlreadyMemberError, and AlreadyInvitedError while an invitation is open.
    """
    if form.address in {each.address for each in await organisations.list_members(organisation.id)}:
        raise AlreadyMemberError
    await ratelimit.take(_PER_ORGANISATION, organisation.id)
    now = clock.now()
    invitation_id = new_id()
    async with db.unit_of_work():
        # Only an expired invitation is replaced: the partial unique index covers expired ones too.
        await db.execute(
            "UPDATE organisations_invitation SET revoked_at = $3 WHERE organisation_id = $1"
            " AND address = $2 AND accepted_at IS NULL AND revoked_at IS NULL"
            " AND expires_at <= $3",
            organisation.id,
            form.address,
            now,
        )
        made = await db.fetch_one(
            "INSERT INTO organisations_invitation"
            " (id, organisation_id, address, role, invited_by, created_at, expires_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)"
            " ON CONFLICT (organisation_id, address)"
            " WHERE accepted_at IS NULL AND revoked_at IS NULL DO NOTHING RETURNING id",
            invitation_id,
            organisation.id,
            form.address,
            form.role,
            actor.id,
            now,
            now + VALID_FOR,
        )
        if made is None:
            raise AlreadyInvitedError
        await _send(organisation, form.address, invitation_id, actor.language)
        await audit.record(
            "accounts.invitation.sent",
            actor_id=actor.id,
            subject=("invitation", invitation_id),
            organisation_id=organisation.id,
            role=form.role,
        )
    return invitation_id


async def _send(
    organisation: OrganisationRef, address: str, invitation_id: uuid.UUID, language: Language
) -> None:
    await mail.compose_and_send(
        "organisations/mail/invitation.txt",
        language,
        kind="accounts.invitation",
        subject_key=invitation_id,
        to=address,
        organisation=mail.one_line(organisation.name.text(language)),
        url=links.absolute(_LINK, language, token=link_token(invitation_id)),
        days=VALID_FOR.days,
    )


def link_token(invitation_id: uuid.UUID) -> str:
    seconds = int(VALID_FOR.total_seconds())
    return ring().sign(_PURPOSE, {"i": invitation_id.hex}, seconds=seconds)


async def read_link(token: str) -> InvitationView:
    """The invitation of a link that can still be accepted. Raises InvitationLinkError."""
    try:
        invitation_id = uuid.UUID(ring().verify(_PURPOSE, token)["i"])
    except BadTokenError:
        raise InvitationLinkError from None
    invitation = await organisations.find_invitation(invitation_id)
    if invitation is None:
        raise InvitationLinkError
    return invitation


async def accept(actor: Actor, invitation: InvitationView) -> None:
    """Make the actor a member.

    Raises OtherAddressError for an account with another address, InvitationLinkError the second
    time, AlreadyMemberError for a member with that role.
    """
    account = await queries.get_account(actor.id)
    if account.address != invitation.address:
        raise OtherAddressError
    async with db.unit_of_work():
        taken = await db.fetch_one(
            "UPDATE organisations_invitation SET accepted_at = $2, accepted_by = $3"
            " WHERE id = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2"
            " AND address = $4 RETURNING organisation_id, role",
            invitation.id,
            clock.now(),
            actor.id,
            await queries.lock_address(actor.id),
        )
        if taken is None:
            raise InvitationLinkError
        await join(taken["organisation_id"], actor.id, invitation.role, actor_id=actor.id)
        await audit.record(
            "accounts.invitation.accepted",
            actor_id=actor.id,
            subject=("invitation", invitation.id),
            organisation_id=taken["organisation_id"],
        )


async def revoke(actor: Actor, organisation: OrganisationRef, invitation_id: uuid.UUID) -> None:
    """Revoke an invitation. NotFoundError for a closed one and for another organisation's."""
    async with db.unit_of_work():
        revoked = await db.fetch_one(
            "UPDATE organisations_invitation SET revoked_at = $3"
            " WHERE id = $1 AND organisation_id = $2 AND accepted_at IS NULL"
            " AND revoked_at IS NULL RETURNING id",
            invitation_id,
            organisation.id,
            clock.now(),
        )
        if revoked is None:
            raise NotFoundError
        await audit.record(
            "accounts.invitation.revoked",
            actor_id=actor.id,
            subject=("invitation", invitation_id),
            organisation_id=organisation.id,
        )


async def prune() -> None:
    """Delete invitations, with their addresses, 30 days after they expired unaccepted."""
    await db.execute(
        "DELETE FROM organisations_invitation WHERE accepted_at IS NULL AND expires_at < $1",
        clock.now() - timedelta(days=30),
    )
