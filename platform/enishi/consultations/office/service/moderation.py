"""A moderator's acts on statements and opinions: accept, hide with a reason, restore."""

import uuid
from enum import StrEnum

from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations.core.kinds import HiddenReason
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.voting import cache_invalidation
from enishi.kit import clock, db
from enishi.kit.errors import ConflictError


class Subject(StrEnum):
    STATEMENT = "statement"
    OPINION = "opinion"


_TABLES = {
    Subject.STATEMENT: "consultations_statement",
    Subject.OPINION: "consultations_opinion",
}


async def hide(
    actor: Actor,
    consultation: ConsultationRef,
    subject: tuple[Subject, uuid.UUID],
    reason: HiddenReason,
) -> None:
    """Take something from the public; its votes stay and stop counting in what is shown."""
    await _move(actor, consultation, subject, ("hidden", reason))


async def accept(
    actor: Actor, consultation: ConsultationRef, subject: tuple[Subject, uuid.UUID]
) -> None:
    """Show what waited or was hidden. What its author withdrew stays withdrawn."""
    await _move(actor, consultation, subject, ("accepted", None))


async def _move(
    actor: Actor,
    consultation: ConsultationRef,
    subject: tuple[Subject, uuid.UUID],
    end: tuple[str, HiddenReason | None],
) -> None:
    kind, subject_id = subject
    state, reason = end
    async with db.unit_of_work():
        moved = await db.fetch(
            f"UPDATE {_TABLES[kind]} SET state = $3, hidden_reason = $4, moderated_at = $5"  # noqa: S608 (a constant)
            " WHERE id = $1 AND consultation_id = $2 AND state NOT IN ($3, 'withdrawn')"
            " RETURNING id",
            subject_id,
            consultation.id,
            state,
            reason,
            clock.now(),
        )
        if not moved:
            raise ConflictError
        await audit.record(
            f"consultations.{kind.value}.{state}",
            actor_id=actor.id,
            subject=(kind.value, subject_id),
            organisation_id=consultation.organisation_id,
            reason=reason.value if reason else None,
        )
        cache_invalidation.invalidate(consultation.id)
