"""Writes of the profile, of consents and of the mail address."""

import uuid
from dataclasses import dataclass

import asyncpg

from enishi.accounts import consents, one_time_codes, queries, sessions
from enishi.accounts.errors import AddressTakenError, AddressUnchangedError
from enishi.accounts.one_time_codes import Asker, Proved
from enishi.accounts.schemas import Actor, ConsentAct, ProfileForm
from enishi.accounts.service.sign_in import code_values, end_sessions_of
from enishi.accounts.tables import Account, ChallengePurpose
from enishi.audit import service as audit
from enishi.kit import db, mail
from enishi.kit.seen import ChangedMeanwhileError

_ONE_ADDRESS = "accounts_account_address_key"


async def update_profile(actor: Actor, form: ProfileForm, seen: str = "") -> None:
    """Store the profile; an empty field is erased.

    `seen` is its fingerprint when the form was opened. Raises ChangedMeanwhileError.
    """
    home = form.home_municipality.code if form.home_municipality else None
    async with db.unit_of_work():
        await _lock_unchanged(actor.id, seen)
        await Account.update(
            {
                Account.display_name: form.display_name,
                Account.language: form.language,
                Account.home_municipality: home,
                Account.birth_year: form.birth_year,
            }
        ).where(Account.id == actor.id)
        await sessions.announce_change(actor.id)
        await audit.record(
            "accounts.profile.changed", actor_id=actor.id, subject=("account", actor.id)
        )


async def _lock_unchanged(account_id: uuid.UUID, seen: str) -> None:
    await db.execute("SELECT 1 FROM accounts_account WHERE id = $1 FOR UPDATE", account_id)
    if seen and seen != (await queries.get_account(account_id)).fingerprint:
        raise ChangedMeanwhileError


async def set_consent(actor: Actor, consent: consents.Consent, *, given: bool) -> None:
    """Log a consent or its withdrawal. A repeat of the current state writes nothing."""
    async with db.unit_of_work():
        # Row lock: concurrent requests of two tabs must not log the same act twice.
        await db.fetch("SELECT 1 FROM accounts_account WHERE id = $1 FOR UPDATE", actor.id)
        if await queries.has_consented(actor.id, consent.purpose) == given:
            return
        await consents.append(
            actor.id, consent, ConsentAct.GIVEN if given else ConsentAct.WITHDRAWN
        )
        await audit.record(
            "accounts.consent.given" if given else "accounts.consent.withdrawn",
            actor_id=actor.id,
            subject=("account", actor.id),
            purpose=consent.purpose,
            version=consent.version,
        )


@dataclass(frozen=True)
class AddressChange:
    """The ids of the two challenges of one change, for this browser's cookie."""

    old: uuid.UUID
    new: uuid.UUID


async def request_address_change(actor: Actor, address: str, asker: Asker) -> AddressChange:
    """Send a code to the current mailbox and one to the new mailbox.

    The answer is the same whether or not the new address has an account (no enumeration); only the
    mail to it differs.
    Raises AddressUnchangedError, TooManyRequestsError.
    """
    account = await queries.get_account(actor.id)
    if account.address == address:
        raise AddressUnchangedError
    await one_time_codes.count_request(account.address, asker)
    await one_time_codes.count_request(address, asker)
    async with db.unit_of_work():
        taken = await queries.find_account_id(address) is not None
        old = await one_time_codes.issue(ChallengePurpose.OLD_ADDRESS, account.address, actor.id)
        new = await one_time_codes.issue(ChallengePurpose.NEW_ADDRESS, address, actor.id)
        await _send(actor, account.address, "accounts/mail/old_address.txt", old)
        template = "accounts/mail/taken_address.txt" if taken else "accounts/mail/new_address.txt"
        await _send(actor, address, template, new)
        await audit.record(
            "accounts.address_change.requested",
            actor_id=actor.id,
            subject=("account", actor.id),
        )
    return AddressChange(old.challenge_id, new.challenge_id)


async def _send(actor: Actor, to: str, template: str, issued: one_time_codes.Issued) -> None:
    await mail.compose_and_send(
        template,
        actor.language,
        kind="accounts.code",
        subject_key=issued.challenge_id,
        to=to,
        is_urgent=True,
        **code_values(issued),
    )


async def change_address(actor: Actor, old: Proved, new: Proved) -> None:
    """Store the new address and end all sessions, the current one too.

    Raises AddressTakenError if an account with the address was opened meanwhile.
    """
    try:
        async with db.unit_of_work():
            await one_time_codes.spend(old)
            await one_time_codes.spend(new)
            moved = await db.fetch(
                "UPDATE accounts_account SET address = $2 WHERE id = $1 AND address = $3"
                " RETURNING id",
                actor.id,
                new.address,
                old.address,
            )
            if not moved:
                raise AddressTakenError
            await end_sessions_of(actor.id)
            await audit.record(
                "accounts.address.changed",
                actor_id=actor.id,
                subject=("account", actor.id),
            )
    except asyncpg.UniqueViolationError as error:
        if db.violated_constraint(error) != _ONE_ADDRESS:
            raise
        raise AddressTakenError from None
