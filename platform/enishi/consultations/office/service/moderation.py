"""A moderator's writes: accept or hide statements and opinions."""

import uuid
from enum import StrEnum

from enishi.accounts import queries as accounts
from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations import labels
from enishi.consultations.core.errors import OvertakenError
from enishi.consultations.core.kinds import HiddenReason, State
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.voting import cache_invalidation
from enishi.kit import clock, db
from enishi.kit.errors import ConflictError, NotFoundError


class ModeratedKind(StrEnum):
    """What is moderated; the value is part of a route and of audit actions."""

    STATEMENT = "statement"
    OPINION = "opinion"


_TABLES = {
    ModeratedKind.STATEMENT: "consultations_statement",
    ModeratedKind.OPINION: "consultations_opinion",
}


_STATES = {
    ModeratedKind.STATEMENT: (
        "SELECT state FROM consultations_statement WHERE id = $1 AND consultation_id = $2"
    ),
    ModeratedKind.OPINION: (
        "SELECT state FROM consultations_opinion WHERE id = $1 AND consultation_id = $2"
    ),
}


async def hide(
    actor: Actor,
    consultation: ConsultationRef,
    subject: tuple[ModeratedKind, uuid.UUID],
    reason: HiddenReason,
    seen: str = "",
) -> None:
    """Hide it from the public. Votes are kept; public sums no longer include them.

    `seen` is the state in which the moderator saw it, empty for a caller without a form. Raises
    ConflictError, and OvertakenError if a colleague decided meanwhile.
    """
    await _set_state(actor, consultation, subject, ("hidden", reason), seen)


async def accept(
    actor: Actor,
    consultation: ConsultationRef,
    subject: tuple[ModeratedKind, uuid.UUID],
    seen: str = "",
) -> None:
    """Make it public, from pending or hidden.

    Raises ConflictError if its author withdrew it, and OvertakenError as `hide`.
    """
    await _set_state(actor, consultation, subject, ("accepted", None), seen)


async def _set_state(
    actor: Actor,
    consultation: ConsultationRef,
    subject: tuple[ModeratedKind, uuid.UUID],
    new: tuple[str, HiddenReason | None],
    seen: str,
) -> None:
    kind, subject_id = subject
    state, reason = new
    async with db.unit_of_work():
        updated = await db.fetch(
            f"UPDATE {_TABLES[kind]} SET state = $3, hidden_reason = $4, moderated_at = $5"  # noqa: S608 (a constant)
            " WHERE id = $1 AND consultation_id = $2 AND state NOT IN ($3, 'withdrawn')"
            " AND ($6 = '' OR state = $6) RETURNING id",
            subject_id,
            consultation.id,
            state,
            reason,
            clock.now(),
            seen,
        )
        if not updated:
            await _require_as_seen(consultation, subject, seen)
            raise ConflictError
        await audit.record(
            f"consultations.{kind.value}.{state}",
            actor_id=actor.id,
            subject=(kind.value, subject_id),
            organisation_id=consultation.organisation_id,
            reason=reason.value if reason else None,
        )
        cache_invalidation.invalidate(consultation.id)


async def _require_as_seen(
    consultation: ConsultationRef, subject: tuple[ModeratedKind, uuid.UUID], seen: str
) -> None:
    """Raise OvertakenError, which says the state now and whose decision it is; or NotFoundError."""
    kind, subject_id = subject
    row = await db.fetch_one(
        _STATES[kind],
        subject_id,
        consultation.id,
    )
    if row is None:
        raise NotFoundError
    state = row["state"]
    if seen and state != seen:
        by = await accounts.find_last_editor(consultation.organisation_id, kind.value, subject_id)
        raise OvertakenError(str(labels.STATES[State(state)]), by)
