"""Mails to the author of a hidden text, where the author has an account.

A guest reads the same on the page of one's own contributions and by the receipt number: no address
of a guest is stored.
"""

import uuid

from enishi.accounts.queries import get_account
from enishi.consultations import labels
from enishi.consultations.core.kinds import HiddenReason
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.moderation.kinds import ModeratedKind, Outcome
from enishi.consultations.participation import queries as participants
from enishi.kit import db, i18n, links, mail
from enishi.kit.errors import NotFoundError

_OWN_PAGE = links.declare("dialogues:mine", "/{language}/dialogues/{slug}/mine")
_AUTHORS = {
    ModeratedKind.STATEMENT: (
        "SELECT author_id, text FROM consultations_statement"
        " WHERE id = $1 AND author_id IS NOT NULL"
    ),
    ModeratedKind.OPINION: (
        "SELECT o.participant_id AS author_id, v.text FROM consultations_opinion o"
        " JOIN consultations_opinion_version v ON v.opinion_id = o.id AND v.number = o.version"
        " WHERE o.id = $1 AND o.participant_id IS NOT NULL"
    ),
}
_HIDING = """
SELECT reason, note, outcome, outcome_reason FROM consultations_hiding WHERE id = $1
"""
_SHOWN = 60  # characters of a text


async def tell_hidden(
    consultation: ConsultationRef, subject: tuple[ModeratedKind, uuid.UUID], hiding_id: uuid.UUID
) -> None:
    """Tell the author that the text was hidden and why, in the caller's unit of work."""
    await _tell("hidden", consultation, subject, hiding_id)


async def tell_decided(
    consultation: ConsultationRef, subject: tuple[ModeratedKind, uuid.UUID], hiding_id: uuid.UUID
) -> None:
    """Tell the author what was decided on the appeal, in the caller's unit of work."""
    await _tell("appeal_decided", consultation, subject, hiding_id)


async def _tell(
    what: str,
    consultation: ConsultationRef,
    subject: tuple[ModeratedKind, uuid.UUID],
    hiding_id: uuid.UUID,
) -> None:
    author = await db.fetch_one(_AUTHORS[subject[0]], subject[1])
    account_id = await participants.find_account(author["author_id"]) if author else None
    hiding = await db.fetch_one(_HIDING, hiding_id)
    if author is None or account_id is None or hiding is None:
        return
    try:
        account = await get_account(account_id)
    except NotFoundError:  # closed, and not erased yet
        return
    with i18n.speaking(account.language):
        reason = str(labels.HIDDEN_REASONS[HiddenReason(hiding["reason"])])
    await mail.compose_and_send(
        f"consultations/mail/{what}.txt",
        account.language,
        kind=f"consultations.{what}",
        subject_key=hiding_id,
        to=account.address,
        title=mail.one_line(consultation.title.text(account.language)),
        text=_shortened(author["text"]),
        reason=reason,
        note=hiding["note"],
        is_upheld=hiding["outcome"] == Outcome.UPHELD,
        outcome_reason=hiding["outcome_reason"],
        address=links.absolute(_OWN_PAGE, account.language, slug=consultation.slug),
    )


def _shortened(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…"
