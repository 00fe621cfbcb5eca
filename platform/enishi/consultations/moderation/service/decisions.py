"""A moderator's decisions: accept or hide statements and opinions, and tell their authors."""

import uuid
from datetime import datetime

from enishi.accounts import queries as accounts
from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations import labels
from enishi.consultations.core.errors import OvertakenError
from enishi.consultations.core.kinds import HiddenReason, State
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.moderation.errors import AppealWaitsError
from enishi.consultations.moderation.kinds import ModeratedKind
from enishi.consultations.moderation.schemas import Grounds
from enishi.consultations.moderation.service import notices, reports
from enishi.consultations.voting import cache_invalidation
from enishi.kit import clock, db
from enishi.kit.errors import ConflictError, NotFoundError
from enishi.kit.ids import new_id

Subject = tuple[ModeratedKind, uuid.UUID]

# The state of the text settles a race of two moderators. A text whose author appealed is shown
# again by a decision on the appeal only.
_SET_STATEMENT = """
UPDATE consultations_statement t SET state = $3, hidden_reason = $4, moderated_at = $5
WHERE id = $1 AND consultation_id = $2 AND state NOT IN ($3, 'withdrawn')
    AND ($6 = '' OR state = $6)
    AND NOT EXISTS (SELECT FROM consultations_hiding h WHERE h.statement_id = t.id
        AND h.ended_at IS NULL AND h.appealed_at IS NOT NULL AND h.decided_at IS NULL)
RETURNING id
"""
_SET_OPINION = """
UPDATE consultations_opinion t SET state = $3, hidden_reason = $4, moderated_at = $5
WHERE id = $1 AND consultation_id = $2 AND state NOT IN ($3, 'withdrawn')
    AND ($6 = '' OR state = $6)
    AND NOT EXISTS (SELECT FROM consultations_hiding h WHERE h.opinion_id = t.id
        AND h.ended_at IS NULL AND h.appealed_at IS NOT NULL AND h.decided_at IS NULL)
RETURNING id
"""
_SET = {ModeratedKind.STATEMENT: _SET_STATEMENT, ModeratedKind.OPINION: _SET_OPINION}
_STATES = {
    ModeratedKind.STATEMENT: (
        "SELECT state FROM consultations_statement WHERE id = $1 AND consultation_id = $2"
    ),
    ModeratedKind.OPINION: (
        "SELECT state FROM consultations_opinion WHERE id = $1 AND consultation_id = $2"
    ),
}
_BEGIN = """
INSERT INTO consultations_hiding (id, consultation_id, statement_id, opinion_id, reason, note,
    reported_at, hidden_at, hidden_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_END = """
UPDATE consultations_hiding SET ended_at = $2
WHERE (statement_id = $1 OR opinion_id = $1) AND ended_at IS NULL
"""


async def hide(
    actor: Actor,
    consultation: ConsultationRef,
    subject: Subject,
    grounds: Grounds,
    seen: str = "",
) -> None:
    """Hide it from the public. Votes are kept; public sums no longer include them.

    The author is told the grounds, and may appeal. `seen` is the state in which the moderator saw
    it, empty for a caller without a form. Raises ConflictError, and OvertakenError if a colleague
    decided meanwhile.
    """
    kind, subject_id = subject
    async with db.unit_of_work():
        await _set_state(actor, consultation, subject, (State.HIDDEN, grounds.reason), seen)
        settled = await reports.settle(consultation.id, subject)
        hiding_id = new_id()
        await db.execute(
            _BEGIN,
            hiding_id,
            consultation.id,
            subject_id if kind is ModeratedKind.STATEMENT else None,
            subject_id if kind is ModeratedKind.OPINION else None,
            grounds.reason,
            grounds.note,
            _earliest(settled),
            clock.now(),
            actor.id,
        )
        await notices.tell_hidden(consultation, subject, hiding_id)


def _earliest(settled: list[dict[str, object]]) -> datetime | None:
    times = [time for row in settled if isinstance(time := row["reported_at"], datetime)]
    return min(times, default=None)


async def accept(
    actor: Actor, consultation: ConsultationRef, subject: Subject, seen: str = ""
) -> None:
    """Make it public, from pending or hidden.

    Raises ConflictError if its author withdrew it, AppealWaitsError if its author appealed, and
    OvertakenError as `hide`.
    """
    async with db.unit_of_work():
        await _set_state(actor, consultation, subject, (State.ACCEPTED, None), seen)
        await db.execute(_END, subject[1], clock.now())


async def restore(consultation: ConsultationRef, subject: Subject) -> bool:
    """Show a hidden text again, in the unit of work that decides on its appeal.

    It keeps its number, its date and its votes, so it stands and counts where it did. False if it
    is not hidden any more.
    """
    kind, subject_id = subject
    shown = await db.fetch(
        _SET[kind], subject_id, consultation.id, State.ACCEPTED, None, clock.now(), State.HIDDEN
    )
    cache_invalidation.invalidate(consultation.id)
    return bool(shown)


async def _set_state(
    actor: Actor,
    consultation: ConsultationRef,
    subject: Subject,
    new: tuple[State, HiddenReason | None],
    seen: str,
) -> None:
    kind, subject_id = subject
    state, reason = new
    updated = await db.fetch(
        _SET[kind], subject_id, consultation.id, state, reason, clock.now(), seen
    )
    if not updated:
        await _refuse(consultation, subject, state, seen)
    await audit.record(
        f"consultations.{kind.value}.{state}",
        actor_id=actor.id,
        subject=(kind.value, subject_id),
        organisation_id=consultation.organisation_id,
        reason=reason.value if reason else None,
    )
    cache_invalidation.invalidate(consultation.id)


async def _refuse(
    consultation: ConsultationRef, subject: Subject, wanted: State, seen: str
) -> None:
    """Raise the error that says why the state was not set.

    OvertakenError says the state now and whose decision it is.
    """
    kind, subject_id = subject
    row = await db.fetch_one(_STATES[kind], subject_id, consultation.id)
    if row is None:
        raise NotFoundError
    state = row["state"]
    if seen and state != seen:
        by = await accounts.find_last_editor(consultation.organisation_id, kind.value, subject_id)
        raise OvertakenError(str(labels.STATES[State(state)]), by)
    if state == State.HIDDEN and wanted is State.ACCEPTED:
        raise AppealWaitsError
    raise ConflictError
