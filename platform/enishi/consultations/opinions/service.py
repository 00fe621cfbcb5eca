"""Submitting an opinion, changing it while the component is open, and withdrawing it."""

import uuid
from datetime import timedelta
from functools import partial

from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations.core import visibility
from enishi.consultations.core.errors import NotInvitedError
from enishi.consultations.core.kinds import ActKind, ComponentKind, NameShown
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.opinions import receipts
from enishi.consultations.opinions.errors import NicknameTakenError, OpinionFixedError
from enishi.consultations.opinions.schemas import OpinionForm
from enishi.consultations.participation import activity_log, network_limits
from enishi.consultations.participation.schemas import ParticipantContext
from enishi.kit import clock, db, links, mail, ratelimit, stranger_mails
from enishi.kit.i18n import current_language
from enishi.kit.ids import new_id, new_random_id
from enishi.kit.seen import ChangedMeanwhileError
from enishi.organisations import queries as organisations

_RECEIPT_PAGE = links.declare("dialogues:receipt", "/{language}/dialogues/{slug}/receipt")
_LIMIT = ratelimit.Limit("consultations.opinion", burst=10, per=timedelta(hours=1))
_MAIL_LIMIT = ratelimit.Limit("consultations.receipt_mail", burst=3, per=timedelta(hours=1))


_ACCEPTS_AT = partial(visibility.accepts_at, ComponentKind.OPINIONS)

# Checks that the component accepts opinions, in the same statement.
_INSERT = f"""
INSERT INTO consultations_opinion (id, consultation_id, participant_id, receipt_hash, state,
    name_shown, nickname, language, created_at, updated_at)
SELECT $1, c.id, $2, $3, CASE c.moderation WHEN 'before' THEN 'pending' ELSE 'accepted' END,
    $4, $5, $6, $7, $7
FROM consultations_consultation c
JOIN consultations_component k ON k.consultation_id = c.id
WHERE c.id = $8 AND {_ACCEPTS_AT("$7")}
RETURNING id
"""  # noqa: S608 (made of constants)


async def submit(
    consultation: ConsultationRef,
    author: ParticipantContext,
    form: OpinionForm,
    address: str | None,
) -> tuple[uuid.UUID, str]:
    """Insert an opinion; returns its id and its receipt number, stored as a hash.

    The number is also mailed to `address`, which is not stored with the opinion. Raises
    NotInvitedError, NicknameTakenError and TooManyRequestsError.
    """
    await _check_nickname(form)
    participant_id = author.participant_id
    await ratelimit.take(_LIMIT, participant_id)
    await network_limits.take_text(author.limit_key)
    if address is not None and author.is_guest:
        await stranger_mails.count(address, author.limit_key.network)
    elif address is not None:
        await ratelimit.take(_MAIL_LIMIT, address)
    number, receipt_hash = receipts.new()
    opinion_id = new_random_id()
    async with db.unit_of_work():
        inserted = await db.fetch(
            _INSERT,
            opinion_id,
            participant_id,
            receipt_hash,
            form.name_shown,
            form.nickname if form.name_shown is NameShown.NICKNAME else "",
            current_language().value,
            clock.now(),
            consultation.id,
        )
        if not inserted:
            raise NotInvitedError
        await add_version(opinion_id, 1, form.text)
        await activity_log.append(ActKind.OPINED, participant_id, clock.now())
        await _record("submitted", consultation, opinion_id)
        if address is not None:
            await _mail(consultation, opinion_id, number, address)
    return opinion_id, number


async def _check_nickname(form: OpinionForm) -> None:
    if form.name_shown is NameShown.NICKNAME and await organisations.find_look_alike(
        [form.nickname]
    ):
        raise NicknameTakenError


async def _mail(
    consultation: ConsultationRef, opinion_id: uuid.UUID, number: str, address: str
) -> None:
    language = current_language()
    await mail.compose_and_send(
        "consultations/mail/receipt.txt",
        language,
        kind="consultations.receipt",
        subject_key=opinion_id,
        to=address,
        title=mail.one_line(consultation.title.text(language)),
        receipt=number,
        address=links.absolute(_RECEIPT_PAGE, slug=consultation.slug),
    )


# An opinion that its author may change: not hidden, not withdrawn, while the component is open.
_CHANGEABLE = f"""
FROM consultations_consultation c
JOIN consultations_component k ON k.consultation_id = c.id
WHERE o.id = $1 AND o.participant_id = $2 AND o.consultation_id = c.id
    AND o.state IN ('accepted', 'pending') AND {_ACCEPTS_AT("$3")}
"""

# With moderation before publication, a changed text must be accepted again.
_EDIT = f"""
UPDATE consultations_opinion o SET version = o.version + 1, updated_at = $3, name_shown = $4,
    nickname = $5, state = CASE c.moderation WHEN 'before' THEN 'pending' ELSE o.state END
{_CHANGEABLE} AND ($6 = '' OR o.version::text = $6) RETURNING o.version
"""  # noqa: S608 (made of constants)
_WITHDRAW = f"""
UPDATE consultations_opinion o SET state = 'withdrawn', nickname = '', name_shown = 'anonymous',
    updated_at = $3
{_CHANGEABLE} RETURNING o.id
"""  # noqa: S608 (made of constants)


async def edit(
    consultation: ConsultationRef,
    participant_id: uuid.UUID,
    opinion_id: uuid.UUID,
    form: OpinionForm,
    seen: str = "",
) -> None:
    """Insert a new version; the earlier ones are kept.

    `seen` is the version that the form was opened with, empty for a caller without a form. Raises
    OpinionFixedError, NicknameTakenError, and ChangedMeanwhileError if there is a newer version.
    """
    await _check_nickname(form)
    async with db.unit_of_work():
        changed = await db.fetch(
            _EDIT,
            opinion_id,
            participant_id,
            clock.now(),
            form.name_shown,
            form.nickname if form.name_shown is NameShown.NICKNAME else "",
            seen,
        )
        if not changed:
            version = await db.fetch_value(
                "SELECT version FROM consultations_opinion WHERE id = $1", opinion_id
            )
            raise ChangedMeanwhileError if seen and seen != str(version) else OpinionFixedError
        await add_version(opinion_id, changed[0]["version"], form.text)
        await _record("changed", consultation, opinion_id)


async def withdraw(
    consultation: ConsultationRef, participant_id: uuid.UUID, opinion_id: uuid.UUID
) -> None:
    """Withdraw an opinion and erase the texts of all versions. Raises OpinionFixedError."""
    async with db.unit_of_work():
        changed = await db.fetch(
            _WITHDRAW,
            opinion_id,
            participant_id,
            clock.now(),
        )
        if not changed:
            raise OpinionFixedError
        await db.fetch(
            "UPDATE consultations_opinion_version SET text = '' WHERE opinion_id = $1", opinion_id
        )
        await _record("withdrawn", consultation, opinion_id)


async def record_export(actor: Actor, consultation: ConsultationRef) -> None:
    """Write the audit entry of an export: nicknames and texts, hidden ones included, as a file."""
    async with db.unit_of_work():
        await audit.record(
            "consultations.opinions.exported",
            actor_id=actor.id,
            subject=("consultation", consultation.id),
            organisation_id=consultation.organisation_id,
        )


async def add_version(opinion_id: uuid.UUID, number: int, text: str) -> None:
    """Insert the text of a version, in the unit of work that writes the opinion."""
    await db.fetch(
        "INSERT INTO consultations_opinion_version (id, opinion_id, number, text, written_at)"
        " VALUES ($1, $2, $3, $4, $5)",
        new_id(),
        opinion_id,
        number,
        text,
        clock.now(),
    )


async def _record(verb: str, consultation: ConsultationRef, opinion_id: uuid.UUID) -> None:
    await audit.record(
        f"consultations.opinion.{verb}",
        actor_id=None,  # an entry must not link an account to a participant
        subject=("opinion", opinion_id),
        organisation_id=consultation.organisation_id,
    )
