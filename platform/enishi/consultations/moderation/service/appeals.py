"""An author's appeal against the hiding of a text, and the decision of somebody else on it."""

import uuid

from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.moderation.errors import NoAppealError, OwnDecisionError
from enishi.consultations.moderation.kinds import ModeratedKind, Outcome
from enishi.consultations.moderation.schemas import AppealDecisionForm
from enishi.consultations.moderation.service import decisions, notices
from enishi.consultations.opinions import receipts
from enishi.kit import clock, db
from enishi.kit.errors import ConflictError, NotFoundError

# Whose text it is, that it is hidden, and that there was no appeal before: in the statement.
_BY_AUTHOR = """
UPDATE consultations_hiding h SET appealed_at = $4
WHERE h.ended_at IS NULL AND h.appealed_at IS NULL AND h.consultation_id = $1
    AND ($5 = 'statement' AND EXISTS (SELECT FROM consultations_statement s
            WHERE s.id = h.statement_id AND s.id = $2 AND s.author_id = $3)
        OR $5 = 'opinion' AND EXISTS (SELECT FROM consultations_opinion o
            WHERE o.id = h.opinion_id AND o.id = $2 AND o.participant_id = $3))
RETURNING h.id
"""
_BY_RECEIPT = """
UPDATE consultations_hiding h SET appealed_at = $3 FROM consultations_opinion o
WHERE o.id = h.opinion_id AND o.receipt_hash = $2 AND h.consultation_id = $1
    AND h.ended_at IS NULL AND h.appealed_at IS NULL
RETURNING o.id
"""
# Whoever hid the text does not decide; a CHECK of the table says the same.
_DECIDE = """
UPDATE consultations_hiding SET outcome = $4::text, outcome_reason = $5, decided_at = $6,
    decided_by = $3, ended_at = CASE WHEN $4::text = 'upheld' THEN $6::timestamptz END
WHERE id = $1 AND consultation_id = $2 AND appealed_at IS NOT NULL AND decided_at IS NULL
    AND ended_at IS NULL AND hidden_by IS DISTINCT FROM $3
RETURNING statement_id, opinion_id
"""


async def appeal(
    consultation: ConsultationRef,
    participant_id: uuid.UUID,
    subject: tuple[ModeratedKind, uuid.UUID],
) -> None:
    """Appeal as the text's author, once for each hiding. Raises NoAppealError."""
    async with db.unit_of_work():
        appealed = await db.fetch(
            _BY_AUTHOR, consultation.id, subject[1], participant_id, clock.now(), subject[0]
        )
        if not appealed:
            raise NoAppealError
        await _record(consultation, subject)


async def appeal_by_receipt(consultation: ConsultationRef, typed: str) -> None:
    """As `appeal`, for an opinion, by whoever has its receipt number."""
    receipt_hash = receipts.hash_of(typed)
    async with db.unit_of_work():
        row = await db.fetch_one(_BY_RECEIPT, consultation.id, receipt_hash, clock.now())
        if receipt_hash is None or row is None:
            raise NoAppealError
        await _record(consultation, (ModeratedKind.OPINION, row["id"]))


async def _record(consultation: ConsultationRef, subject: tuple[ModeratedKind, uuid.UUID]) -> None:
    await audit.record(
        f"consultations.{subject[0].value}.appealed",
        actor_id=None,  # an entry must not link an account to a participant
        subject=(subject[0].value, subject[1]),
        organisation_id=consultation.organisation_id,
    )


async def decide(
    actor: Actor, consultation: ConsultationRef, hiding_id: uuid.UUID, form: AppealDecisionForm
) -> None:
    """Uphold or refuse an appeal. Upheld, the text is public again, in its place, with its votes.

    Raises OwnDecisionError for the moderator who hid the text, ConflictError if it was decided
    meanwhile, and NotFoundError.
    """
    async with db.unit_of_work():
        row = await db.fetch_one(
            _DECIDE,
            hiding_id,
            consultation.id,
            actor.id,
            form.outcome,
            form.outcome_reason,
            clock.now(),
        )
        if row is None:
            await _refuse(actor, consultation, hiding_id)
            raise ConflictError
        is_statement = row["statement_id"] is not None
        kind = ModeratedKind.STATEMENT if is_statement else ModeratedKind.OPINION
        subject = (kind, row["statement_id"] or row["opinion_id"])
        if form.outcome is Outcome.UPHELD and not await decisions.restore(consultation, subject):
            raise ConflictError
        await audit.record(
            f"consultations.{kind.value}.appeal_{form.outcome.value}",
            actor_id=actor.id,
            subject=(kind.value, subject[1]),
            organisation_id=consultation.organisation_id,
        )
        await notices.tell_decided(consultation, subject, hiding_id)


async def _refuse(actor: Actor, consultation: ConsultationRef, hiding_id: uuid.UUID) -> None:
    row = await db.fetch_one(
        "SELECT hidden_by FROM consultations_hiding WHERE id = $1 AND consultation_id = $2",
        hiding_id,
        consultation.id,
    )
    if row is None:
        raise NotFoundError
    if row["hidden_by"] == actor.id:
        raise OwnDecisionError
