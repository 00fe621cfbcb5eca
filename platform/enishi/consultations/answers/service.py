"""The three acts of an official answer: draft (起案), approve (決裁), publish (公表).

Constraints hold what the acts promise: an approval is by another person than the draft, or says
that it is not; it names the hash of the draft; and a publication takes approved hashes only. Each
act locks the argument, so that no edit comes between what was read and what is approved.
"""

import uuid
from datetime import datetime

from enishi.accounts import queries as accounts
from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations.answers import queries
from enishi.consultations.answers.content import content_hash
from enishi.consultations.answers.errors import (
    ApprovedAlreadyError,
    DraftChangedError,
    GapsError,
    NoDraftYetError,
    NothingToPublishError,
    PublicAlreadyError,
    SecondPersonError,
)
from enishi.consultations.answers.schemas import (
    ArgumentState,
    Draft,
    DraftForm,
    Gaps,
    PublicationForm,
)
from enishi.consultations.arguments import service as arguments
from enishi.consultations.core import service as core
from enishi.consultations.core.errors import WrongPhaseError
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.voting import cache_invalidation
from enishi.kit import clock, db, seen
from enishi.kit.ids import new_id
from enishi.kit.seen import ChangedMeanwhileError
from enishi.organisations import queries as organisations

_DRAFT = """
INSERT INTO consultations_answer_draft (id, argument_id, number, text_number, outcome, reason,
    division, passage_before, passage_after, content_hash, drafted_by, drafted_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""
# Refused without a row: by the person who wrote it, unless one person may; or approved before.
_APPROVE = """
INSERT INTO consultations_answer_approval
    (id, draft_id, content_hash, drafted_by, approved_by, approved_at, by_one_person)
SELECT $1, d.id, d.content_hash, d.drafted_by, $3, $4, d.drafted_by = $3
FROM consultations_answer_draft d WHERE d.id = $2 AND (d.drafted_by <> $3 OR $5)
ON CONFLICT (draft_id) DO NOTHING RETURNING id
"""
_PUBLISH = """
INSERT INTO consultations_answer_publication (id, consultation_id, number, publish_at, unplaced,
    unanswered, gap_reason, published_by, recorded_at)
SELECT $1, $2, 1 + count(*), $3, $4, $5, $6, $7, $8
FROM consultations_answer_publication WHERE consultation_id = $2
"""
_TAKE_IN = """
INSERT INTO consultations_answer_published (publication_id, draft_id, content_hash)
SELECT $1, v.draft_id, v.content_hash FROM consultations_answer_approval v
WHERE v.draft_id = ANY ($2)
"""
_CANCEL = """
UPDATE consultations_answer_publication SET cancelled_by = $3, cancelled_at = $4
WHERE id = $1 AND consultation_id = $2 AND cancelled_at IS NULL AND publish_at > $4 RETURNING id
"""
# Arguments of a cancelled publication that no other one holds.
_FREED = """
SELECT DISTINCT d.argument_id FROM consultations_answer_published e
JOIN consultations_answer_draft d ON d.id = e.draft_id
WHERE e.publication_id = $1 AND NOT EXISTS (
    SELECT FROM consultations_answer_published f
    JOIN consultations_answer_publication u ON u.id = f.publication_id
    JOIN consultations_answer_draft o ON o.id = f.draft_id
    WHERE o.argument_id = d.argument_id AND u.cancelled_at IS NULL)
"""


def draft_seen(state: ArgumentState) -> str:
    """The lock of the draft's form: the newest draft, and the texts that it answers to."""
    number = state.draft.number if state.draft else 0
    return seen.fingerprint({"draft": number, "text": state.text_number})


def ready_seen(states: list[ArgumentState]) -> str:
    """The lock of the publication's form: the drafts that it would publish."""
    return seen.fingerprint({"drafts": sorted(str(each.id) for each in _ready_drafts(states))})


async def draft(
    actor: Actor,
    consultation: ConsultationRef,
    argument_id: uuid.UUID,
    form: DraftForm,
    seen_as: str,
) -> None:
    """Write a new draft of the answer; what was approved before is so no longer.

    A form with what the newest draft says changes nothing. Raises ChangedMeanwhileError and
    MergedAwayError.
    """
    async with db.unit_of_work():
        await core.lock(consultation.id)
        await arguments.lock_all(consultation, argument_id)
        state = await queries.get_state(consultation.id, argument_id)
        if seen_as != draft_seen(state):
            raise ChangedMeanwhileError(
                await accounts.find_last_editor(
                    consultation.organisation_id, "argument", argument_id
                )
            )
        digest = content_hash(
            (state.title, state.summary),
            form.outcome,
            (form.reason, form.division),
            (form.passage_before, form.passage_after),
        )
        if _says_the_same(state, digest):
            return
        await db.execute(
            _DRAFT,
            new_id(),
            argument_id,
            state.draft.number + 1 if state.draft else 1,
            state.text_number,
            form.outcome,
            form.reason.model_dump_json(),
            form.division.model_dump_json(),
            form.passage_before,
            form.passage_after,
            digest,
            actor.id,
            clock.now(),
        )
        await core.refresh_answered(consultation.id)
        cache_invalidation.invalidate(consultation.id)
        await _record("drafted", actor, consultation, argument_id, outcome=form.outcome.value)


def _says_the_same(state: ArgumentState, digest: bytes) -> bool:
    draft = state.draft
    return draft is not None and not state.is_outdated and draft.content_hash == digest


async def approve(
    actor: Actor, consultation: ConsultationRef, argument_id: uuid.UUID, seen_hash: str
) -> None:
    """Approve the newest draft, whose hash (in hexadecimal digits) was read with it.

    Raises NoDraftYetError, DraftChangedError, ApprovedAlreadyError, MergedAwayError, and
    SecondPersonError for who wrote it, unless the organisation lets one person do both.
    """
    async with db.unit_of_work():
        await arguments.lock_all(consultation, argument_id)
        state = await queries.get_state(consultation.id, argument_id)
        if state.draft is None:
            raise NoDraftYetError
        digest = state.draft.hash_with(state.title, state.summary)
        if not _says_the_same(state, digest) or digest.hex() != seen_hash:
            raise DraftChangedError
        if state.draft.approved_at is not None:
            raise ApprovedAlreadyError
        approved = await db.fetch(
            _APPROVE,
            new_id(),
            state.draft.id,
            actor.id,
            clock.now(),
            await organisations.lets_one_person_answer(consultation.organisation_id),
        )
        if not approved:
            raise SecondPersonError
        await _record("approved", actor, consultation, argument_id, content=digest.hex())


async def publish(
    actor: Actor, consultation: ConsultationRef, form: PublicationForm, seen_as: str
) -> datetime:
    """Publish all approved answers that are not public, at once or from an instant on.

    Returns that instant. Raises WrongPhaseError unless the consultation is public,
    ChangedMeanwhileError if they are not those that were shown, NothingToPublishError, and
    GapsError without a reason for what stays unanswered.
    """
    async with db.unit_of_work():
        if not await core.lock(consultation.id):
            raise WrongPhaseError
        states = await queries.list_states(consultation.id)
        await arguments.lock_all(consultation, *(each.id for each in states))
        states = await queries.list_states(consultation.id)
        if seen_as != ready_seen(states):
            raise ChangedMeanwhileError
        ready = [each.id for each in states if each.is_ready]
        if not ready:
            raise NothingToPublishError
        now = clock.now()
        publish_at = form.instant or now
        gaps = await queries.count_gaps(consultation.id, publish_at, ready)
        if gaps.any and form.gap_reason is None:
            raise GapsError(gaps.unplaced, gaps.unanswered)
        publication_id = await _insert(actor, consultation, form, (gaps, publish_at, now))
        await db.execute(_TAKE_IN, publication_id, [each.id for each in _ready_drafts(states)])
        await arguments.set_answered_from(ready, publish_at)
        await core.refresh_answered(consultation.id)
        await _record_publication("published", actor, consultation, answers=len(ready))
        cache_invalidation.invalidate(consultation.id)
    return publish_at


def _ready_drafts(states: list[ArgumentState]) -> list[Draft]:
    return [each.draft for each in states if each.is_ready and each.draft is not None]


async def _insert(
    actor: Actor,
    consultation: ConsultationRef,
    form: PublicationForm,
    when: tuple[Gaps, datetime, datetime],
) -> uuid.UUID:
    gaps, publish_at, now = when
    publication_id = new_id()
    await db.execute(
        _PUBLISH,
        publication_id,
        consultation.id,
        publish_at,
        gaps.unplaced,
        gaps.unanswered,
        form.gap_reason.model_dump_json() if form.gap_reason else None,
        actor.id,
        now,
    )
    return publication_id


async def cancel(actor: Actor, consultation: ConsultationRef, publication_id: uuid.UUID) -> None:
    """Cancel a scheduled publication. Raises PublicAlreadyError once it has taken effect."""
    async with db.unit_of_work():
        await core.lock(consultation.id)
        cancelled = await db.fetch(_CANCEL, publication_id, consultation.id, actor.id, clock.now())
        if not cancelled:
            raise PublicAlreadyError
        freed = await db.fetch(_FREED, publication_id)
        await arguments.set_answered_from([row["argument_id"] for row in freed], None)
        await core.refresh_answered(consultation.id)
        await _record_publication("cancelled", actor, consultation)
        cache_invalidation.invalidate(consultation.id)


async def _record(
    verb: str, actor: Actor, consultation: ConsultationRef, argument_id: uuid.UUID, **data: object
) -> None:
    await audit.record(
        f"consultations.answer.{verb}",
        actor_id=actor.id,
        subject=("argument", argument_id),
        organisation_id=consultation.organisation_id,
        **data,
    )


async def _record_publication(
    verb: str, actor: Actor, consultation: ConsultationRef, **data: object
) -> None:
    await audit.record(
        f"consultations.answers.{verb}",
        actor_id=actor.id,
        subject=("consultation", consultation.id),
        organisation_id=consultation.organisation_id,
        **data,
    )
