"""A moderator's writes: accept or hide statements and opinions."""

import uuid
from enum import StrEnum

from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations.core.kinds import HiddenReason
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.voting import cache_invalidation
from enishi.kit import clock, db
from enishi.kit.errors import ConflictError


class ModeratedKind(StrEnum):
    """What is moderated; the value is part of a route and of audit actions."""

    STATEMENT = "statement"
    OPINION = "opinion"


_TABLES = {
    ModeratedKind.STATEMENT: "consultations_statement",
    ModeratedKind.OPINION: "consultations_opinion",
}


async def hide(
    actor: Actor,
    consultation: ConsultationRef,
    subject: tuple[ModeratedKind, uuid.UUID],
    reason: HiddenReason,
) -> None:
    """Hide it from the public. Votes are kept; public sums no longer include them."""
    await _set_state(actor, consultation, subject, ("hidden", reason))


async def accept(
    actor: Actor, consultation: ConsultationRef, subject: tuple[ModeratedKind, uuid.UUID]
) -> None:
    """Make it public, from pending or hidden. Raises ConflictError if its author withdrew it."""
    await _set_state(actor, consultation, subject, ("accepted", None))


async def _set_state(
    actor: Actor,
    consultation: ConsultationRef,
    subject: tuple[ModeratedKind, uuid.UUID],
    new: tuple[str, HiddenReason | None],
) -> None:
    kind, subject_id = subject
    state, reason = new
    async with db.unit_of_work():
        updated = await db.fetch(
            f"UPDATE {_TABLES[kind]} SET state = $3, hidden_reason = $4, moderated_at = $5"  # noqa: S608 (a constant)
            " WHERE id = $1 AND consultation_id = $2 AND state NOT IN ($3, 'withdrawn')"
            " RETURNING id",
            subject_id,
            consultation.id,
            state,
            reason,
            clock.now(),
        )
        if not updated:
            raise ConflictError
        await audit.record(
            f"consultations.{kind.value}.{state}",
            actor_id=actor.id,
            subject=(kind.value, subject_id),
            organisation_id=consultation.organisation_id,
            reason=reason.value if reason else None,
        )
        cache_invalidation.invalidate(consultation.id)
