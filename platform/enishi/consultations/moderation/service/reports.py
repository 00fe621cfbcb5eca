"""A person's report of a public text, and a moderator's decision to keep the text as it is."""

import uuid
from datetime import timedelta

from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations.core import visibility
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.moderation import queries
from enishi.consultations.moderation.errors import AlreadyReportedError
from enishi.consultations.moderation.kinds import ModeratedKind
from enishi.consultations.moderation.schemas import ReportForm
from enishi.consultations.participation import network_limits
from enishi.consultations.participation.schemas import LimitKey
from enishi.kit import clock, db, ratelimit
from enishi.kit.errors import ConflictError
from enishi.kit.ids import new_id

Subject = tuple[ModeratedKind, uuid.UUID]
_LIMIT = ratelimit.Limit("consultations.report", burst=20, per=timedelta(hours=1))

# One SQL statement: the text is public now, and this person has not reported it before.
_INSERT_STATEMENT = f"""
INSERT INTO consultations_report (id, consultation_id, statement_id, reason, words, reporter_id,
    reported_at)
SELECT $1, c.id, s.id, $4, $5, $6, $7 FROM consultations_statement s
JOIN consultations_consultation c ON c.id = s.consultation_id
WHERE s.id = $2 AND c.id = $3 AND {visibility.STATEMENT}
ON CONFLICT DO NOTHING RETURNING id
"""  # noqa: S608 (made of constants)
_INSERT_OPINION = f"""
INSERT INTO consultations_report (id, consultation_id, opinion_id, reason, words, reporter_id,
    reported_at)
SELECT $1, c.id, o.id, $4, $5, $6, $7 FROM consultations_opinion o
JOIN consultations_consultation c ON c.id = o.consultation_id
WHERE o.id = $2 AND c.id = $3 AND {visibility.OPINION}
ON CONFLICT DO NOTHING RETURNING id
"""  # noqa: S608 (made of constants)
_INSERT = {
    ModeratedKind.STATEMENT: _INSERT_STATEMENT,
    ModeratedKind.OPINION: _INSERT_OPINION,
}


async def report(
    consultation: ConsultationRef,
    subject: Subject,
    reporter_id: uuid.UUID,
    network: str,
    form: ReportForm,
) -> None:
    """Report a public text. Moderators read the reason and the words, never by whom.

    Raises NotFoundError for a text that is not public, AlreadyReportedError for a second report of
    the same person, and TooManyRequestsError of the person or the network.
    """
    kind, subject_id = subject
    await ratelimit.take(_LIMIT, reporter_id)
    await network_limits.take_report(LimitKey(network, consultation.id))
    async with db.unit_of_work():
        inserted = await db.fetch(
            _INSERT[kind],
            new_id(),
            subject_id,
            consultation.id,
            form.reason,
            form.words,
            reporter_id,
            clock.now(),
        )
        if not inserted:
            await queries.get_public_text(consultation.id, subject)  # raises NotFoundError
            raise AlreadyReportedError
        await audit.record(
            f"consultations.{kind.value}.reported",
            actor_id=None,
            subject=(kind.value, subject_id),
            organisation_id=consultation.organisation_id,
            reason=form.reason.value,
        )


_SETTLE_STATEMENT = """
UPDATE consultations_report SET settled_at = $3
WHERE consultation_id = $1 AND statement_id = $2 AND settled_at IS NULL RETURNING reported_at
"""
_SETTLE_OPINION = """
UPDATE consultations_report SET settled_at = $3
WHERE consultation_id = $1 AND opinion_id = $2 AND settled_at IS NULL RETURNING reported_at
"""
_SETTLE = {
    ModeratedKind.STATEMENT: _SETTLE_STATEMENT,
    ModeratedKind.OPINION: _SETTLE_OPINION,
}


async def keep(actor: Actor, consultation: ConsultationRef, subject: Subject) -> None:
    """Settle the reports of a text that stays public. Raises ConflictError if none waits."""
    kind, subject_id = subject
    async with db.unit_of_work():
        settled = await settle(consultation.id, subject)
        if not settled:
            raise ConflictError
        await audit.record(
            f"consultations.{kind.value}.kept",
            actor_id=actor.id,
            subject=(kind.value, subject_id),
            organisation_id=consultation.organisation_id,
            reports=len(settled),
        )


async def settle(consultation_id: uuid.UUID, subject: Subject) -> list[dict[str, object]]:
    """Settle the waiting reports of a text, in the caller's unit of work; returns their times."""
    kind, subject_id = subject
    return await db.fetch(_SETTLE[kind], consultation_id, subject_id, clock.now())
