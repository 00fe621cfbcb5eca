"""From a draft to an open dialogue and to its close; deleting a draft, and reopening.

Each act carries the version that was read before it (`version`), so that nobody publishes or
closes something else than what the page showed.
"""

from datetime import datetime

from enishi.accounts.schemas import Actor
from enishi.consultations.core import notice_period, policies
from enishi.consultations.core import service as core
from enishi.consultations.core.errors import (
    ChangedMeanwhileError,
    ImportedRecordsError,
    NoDraftError,
    WrongPhaseError,
)
from enishi.consultations.core.kinds import PhaseKind
from enishi.consultations.core.schemas import ConsultationView
from enishi.consultations.office.schemas import ReopenForm
from enishi.consultations.office.service import changes, child_rows
from enishi.consultations.office.service.parts import record_act, require_publishable
from enishi.consultations.voting import cache_invalidation
from enishi.kit import clock, db


async def publish(actor: Actor, consultation: ConsultationView, version: int) -> None:
    """Publish a draft.

    Raises NotReadyError with the missing fields, WrongPhaseError if it was published before, and
    ChangedMeanwhileError if it is not the version that was shown.
    """
    async with db.unit_of_work():
        before = await _lock_version(consultation, version)
        if before.published_at:
            raise WrongPhaseError
        await require_publishable(before)
        rules = before.comment_rules
        await db.execute(
            "UPDATE consultations_consultation SET published_at = $2, version = version + 1,"
            " comment_rules = $3::jsonb WHERE id = $1",
            before.id,
            clock.now(),
            rules.model_dump_json() if rules else None,
        )
        await record_act("published", actor, before)
        cache_invalidation.invalidate(before.id)


async def open_now(actor: Actor, consultation: ConsultationView, version: int) -> None:
    """Start the open phase now. Raises WrongPhaseError and ChangedMeanwhileError."""
    async with db.unit_of_work():
        before = await _lock_version(consultation, version)
        now = clock.now()
        if not policies.can_open(before, now):
            raise WrongPhaseError
        await _shift_open_phase(before, start=now)
        await _finish("opened", actor, before)


async def close_now(actor: Actor, consultation: ConsultationView, version: int) -> None:
    """End the open phase now.

    Raises WrongPhaseError, also for a public comment before its days are over, and
    ChangedMeanwhileError.
    """
    async with db.unit_of_work():
        before = await _lock_version(consultation, version)
        now = clock.now()
        if not policies.can_close(before, now):
            raise WrongPhaseError
        await _shift_open_phase(before, end=now)
        await _finish("closed", actor, before)


async def reopen(actor: Actor, consultation: ConsultationView, form: ReopenForm) -> None:
    """Open a closed dialogue once more, until its new last day; the public reads the reason.

    Raises WrongPhaseError before the close and once the result is public, FixedDaysError for a day
    that is over, EarlyCloseError, and ChangedMeanwhileError.
    """
    async with db.unit_of_work():
        before = await _lock_version(consultation, form.version)
        now = clock.now()
        if not policies.can_reopen(before, now):
            raise WrongPhaseError
        policies.require_coming_day("closes_on", form.closes_on, now)
        notice_period.require_days(before, form.closes_on)
        days = before.days | {"closes_on": form.closes_on, "result_on": form.result_on}
        await child_rows.replace_phases(before.id, days, before, reopens=True)
        await db.execute(
            "UPDATE consultations_component SET closes_at = $2 WHERE consultation_id = $1",
            before.id,
            clock.closes_after(form.closes_on),
        )
        after = await _read_next_version(before)
        await changes.record(before, after, form.reason)
        await record_act("reopened", actor, after, reason=form.reason.ja)
        cache_invalidation.invalidate(after.id)


async def delete_draft(actor: Actor, consultation: ConsultationView, version: int) -> None:
    """Delete a dialogue that was never public, with its seeds.

    Raises NoDraftError, ImportedRecordsError if it holds records of people, and
    ChangedMeanwhileError.
    """
    async with db.unit_of_work():
        before = await _lock_version(consultation, version)
        if before.published_at:
            raise NoDraftError
        has_records = await db.fetch_value(
            "SELECT EXISTS (SELECT FROM consultations_participant WHERE consultation_id = $1)",
            before.id,
        )
        if has_records:
            raise ImportedRecordsError
        await db.execute(
            "DELETE FROM consultations_statement WHERE consultation_id = $1", before.id
        )
        await db.execute("DELETE FROM consultations_consultation WHERE id = $1", before.id)
        await record_act("deleted", actor, before)
        cache_invalidation.invalidate(before.id)


async def _lock_version(consultation: ConsultationView, version: int) -> ConsultationView:
    before = await core.lock_for_office(consultation)
    if before.version != version:
        raise ChangedMeanwhileError
    return before


async def _finish(verb: str, actor: Actor, before: ConsultationView) -> None:
    after = await _read_next_version(before)
    await changes.record(before, after)
    await record_act(verb, actor, after)
    cache_invalidation.invalidate(after.id)


async def _read_next_version(before: ConsultationView) -> ConsultationView:
    await db.execute(
        "UPDATE consultations_consultation SET version = version + 1, updated_at = $2"
        " WHERE id = $1",
        before.id,
        clock.now(),
    )
    return await core.lock_for_office(before)


async def _shift_open_phase(
    consultation: ConsultationView, *, start: datetime | None = None, end: datetime | None = None
) -> None:
    phase = consultation.phase(PhaseKind.OPEN)
    if phase is None or phase.ends_at is None:
        raise WrongPhaseError
    await db.execute(
        "UPDATE consultations_component SET opens_at = coalesce($2, opens_at),"
        " closes_at = coalesce($3, closes_at) WHERE consultation_id = $1",
        consultation.id,
        start,
        end,
    )
    await db.execute(
        "UPDATE consultations_phase SET"
        " starts_at = CASE kind WHEN 'open' THEN coalesce($2, starts_at)"
        "   WHEN 'closed' THEN coalesce($3, starts_at) ELSE starts_at END,"
        " ends_at = CASE kind WHEN 'preparation' THEN coalesce($2, ends_at)"
        "   WHEN 'open' THEN coalesce($3, ends_at) ELSE ends_at END"
        " WHERE consultation_id = $1",
        consultation.id,
        start,
        end,
    )
