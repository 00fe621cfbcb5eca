"""Signing up, signing in and signing out."""

import uuid
from dataclasses import dataclass

from enishi.accounts import consents, one_time_codes, queries, sessions
from enishi.accounts.errors import MinorDetailsError, OwnAddressError
from enishi.accounts.one_time_codes import Asker, Proved
from enishi.accounts.schemas import Actor, ConsentAct, SignUpForm
from enishi.accounts.service import guardians
from enishi.accounts.tables import Account, ChallengePurpose, Session
from enishi.audit import service as audit
from enishi.kit import clock, db, mail
from enishi.kit.errors import NotFoundError
from enishi.kit.i18n import Language, LazyText, gettext_lazy
from enishi.kit.ids import new_id


@dataclass(frozen=True)
class SignedIn:
    """A new session, for its cookies."""

    session_id: uuid.UUID
    account_id: uuid.UUID


async def request_code(address: str, asker: Asker, language: Language) -> uuid.UUID:
    """Send a code to the mailbox; returns the challenge's id for this browser's cookie.

    A known, an unknown and a closed address take the same statements and give the same result (no
    enumeration); only the mail differs. Raises TooManyRequestsError.
    """
    await one_time_codes.count_request(address, asker)
    async with db.unit_of_work():
        account_id = await queries.find_account_id(address)
        issued = await one_time_codes.issue(ChallengePurpose.SIGN_IN, address)
        template = "accounts/mail/sign_in.txt" if account_id else "accounts/mail/sign_up.txt"
        await mail.compose_and_send(
            template,
            language,
            kind="accounts.code",
            subject_key=issued.challenge_id,
            to=address,
            is_urgent=True,
            **code_values(issued),
        )
        await audit.record(
            "accounts.code.requested",
            actor_id=None,
            subject=("challenge", issued.challenge_id),
        )
    return issued.challenge_id


def code_values(issued: one_time_codes.Issued) -> dict[str, object]:
    """The values of a code for the mail templates; the digits in two groups of four."""
    half = one_time_codes.DIGITS // 2
    return {
        "code": f"{issued.code[:half]} {issued.code[half:]}",
        "minutes": int(one_time_codes.VALID_FOR.total_seconds() // 60),
    }


async def sign_in(proved: Proved, browser: str) -> SignedIn | None:
    """Begin a session for the account of a proved mailbox; None if there is no account yet."""
    async with db.unit_of_work():
        account_id = await queries.find_account_id(proved.address)
        if account_id is None:
            return None
        await one_time_codes.spend(proved)
        return await _begin_session(account_id, browser)


async def sign_up(
    proved: Proved, form: SignUpForm, language: Language, browser: str, network: str
) -> SignedIn:
    """Open the account of a proved mailbox; sign in to it if a second tab has opened it already.

    Raises MinorDetailsError, CodeRefusedError for a proof that was used, and TooManyRequestsError
    for too many mails to guardians from this network.
    """
    _check_minor(form, proved.address)
    async with db.unit_of_work():
        await one_time_codes.spend(proved)
        account_id = new_id()
        minor_until = form.minor_until if form.age == "under_16" else None
        opened = (
            await Account.insert(
                Account(
                    id=account_id,
                    address=proved.address,
                    display_name=form.display_name,
                    language=language,
                    minor_until=minor_until,
                    created_at=clock.now(),
                )
            )
            .on_conflict(target=Account.address, action="DO NOTHING")
            .returning(Account.id)
        )
        if not opened:
            existing = await queries.find_account_id(proved.address)
            if existing is None:
                raise NotFoundError  # closed by a concurrent request
            return await _begin_session(existing, browser)
        await consents.append(account_id, consents.TERMS, ConsentAct.GIVEN)
        await audit.record(
            "accounts.account.opened",
            actor_id=account_id,
            subject=("account", account_id),
            terms=consents.TERMS.version,
            is_minor=minor_until is not None,
        )
        if minor_until is not None and form.guardian_address is not None:
            await guardians.ask(account_id, form.guardian_address, language, network)
        return await _begin_session(account_id, browser)


def _check_minor(form: SignUpForm, address: str) -> None:
    """A person under 16 gives the month of birth, and a guardian with another address."""
    if form.age != "under_16":
        return
    problems: dict[str, LazyText] = {}
    if form.birth_year is None:
        problems["birth_year"] = gettext_lazy("生まれた年を入力してください。")
    if form.birth_month is None:
        problems["birth_month"] = gettext_lazy("生まれた月を選んでください。")
    if form.guardian_address is None:
        problems["guardian_address"] = gettext_lazy(
            "保護者の方のメールアドレスを入力してください。"
        )
    elif form.guardian_address == address:
        problems["guardian_address"] = OwnAddressError.message
    if problems:
        raise MinorDetailsError(problems)


async def _begin_session(account_id: uuid.UUID, browser: str) -> SignedIn:
    session_id = new_id()
    await Session(
        id=session_id,
        account_id=account_id,
        browser=browser,
        signed_in_at=clock.now(),
        last_seen_on=clock.today(),
    ).save()
    await audit.record(
        "accounts.session.started", actor_id=account_id, subject=("session", session_id)
    )
    return SignedIn(session_id, account_id)


async def sign_out(actor: Actor) -> None:
    """End the current session."""
    if actor.session_id is not None:
        await end_session(actor, actor.session_id)


async def end_session(actor: Actor, session_id: uuid.UUID) -> None:
    """End a session of the actor. NotFoundError for an ended one and for another account's."""
    async with db.unit_of_work():
        ended = await db.fetch(
            "UPDATE accounts_session SET ended_at = $3"
            " WHERE id = $1 AND account_id = $2 AND ended_at IS NULL RETURNING id",
            session_id,
            actor.id,
            clock.now(),
        )
        if not ended:
            raise NotFoundError
        await sessions.announce_change(actor.id)
        await audit.record(
            "accounts.session.ended", actor_id=actor.id, subject=("session", session_id)
        )


async def sign_out_everywhere(actor: Actor) -> int:
    """End all sessions of the actor, the current one too; returns their number."""
    async with db.unit_of_work():
        count = await end_sessions_of(actor.id)
        await audit.record(
            "accounts.session.ended_everywhere",
            actor_id=actor.id,
            subject=("account", actor.id),
            count=count,
        )
        return count


async def end_sessions_of(account_id: uuid.UUID) -> int:
    """End all sessions of an account, in the caller's unit of work; returns their number."""
    ended = await db.fetch(
        "UPDATE accounts_session SET ended_at = $2"
        " WHERE account_id = $1 AND ended_at IS NULL RETURNING id",
        account_id,
        clock.now(),
    )
    await sessions.announce_change(account_id)
    return len(ended)
