"""An organiser's writes: create, edit, publish, open and close a consultation."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg

from enishi.accounts import queries as accounts
from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations.core import policies
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.errors import (
    ChangedMeanwhileError,
    NotReadyError,
    SlugTakenError,
    VotesPromisedError,
    WrongPhaseError,
)
from enishi.consultations.core.kinds import Kind, PhaseKind
from enishi.consultations.core.schemas import ConsultationForm, ConsultationView
from enishi.consultations.core.tables import Consultation
from enishi.consultations.office import queries as moderation
from enishi.consultations.office.service import child_rows
from enishi.consultations.voting import cache_invalidation
from enishi.kit import clock, db, seen
from enishi.kit.dates import require_plan
from enishi.kit.ids import new_id
from enishi.organisations import queries as organisations
from enishi.themes import queries as themes

_UNIQUE_SLUG = "consultations_consultation_slug_key"


async def create(actor: Actor, organisation_id: uuid.UUID, form: ConsultationForm) -> uuid.UUID:
    """Insert a draft; returns its id. Raises SlugTakenError and UnplannedDayError."""
    consultation_id = new_id()
    now = clock.now()
    require_plan(form.days, {})
    async with _unit_of_work_with_slug():
        await Consultation(
            id=consultation_id,
            organisation_id=organisation_id,
            slug=form.slug,
            kind=Kind.DIALOGUE,
            created_at=now,
            updated_at=now,
            **_values(form),
        ).save()
        await child_rows.replace(consultation_id, form, None)
        await _set_dimensions(organisation_id, consultation_id, form)
        await _record("created", actor, organisation_id, consultation_id)
    return consultation_id


@asynccontextmanager
async def _unit_of_work_with_slug() -> AsyncIterator[None]:
    """A unit of work that writes a slug. Raises SlugTakenError if another consultation has it."""
    try:
        async with db.unit_of_work():
            yield
    except asyncpg.UniqueViolationError as error:
        if db.violated_constraint(error) != _UNIQUE_SLUG:
            raise
        raise SlugTakenError from None


async def edit(actor: Actor, consultation: ConsultationView, form: ConsultationForm) -> None:
    """Save the form, if the version is still that of the form (optimistic lock).

    Raises SlugTakenError, UnplannedDayError, ChangedMeanwhileError, WrongPhaseError after a
    withdrawal, and for a published consultation VotesPromisedError and NotReadyError if a required
    field is missing.
    """
    if consultation.withdrawn_at:
        raise WrongPhaseError
    if consultation.published_at and form.votes_published != consultation.votes_published:
        raise VotesPromisedError
    require_plan(form.days, consultation.days)
    async with _unit_of_work_with_slug():
        changes = _values(form)
        changes["slug"] = consultation.slug if consultation.published_at else form.slug
        changes["updated_at"] = clock.now()
        changes["version"] = form.version + 1
        saved = (
            await Consultation.update(changes)
            .where(Consultation.id == consultation.id, Consultation.version == form.version)
            .returning(Consultation.slug)
        )
        if not saved:
            raise seen.ChangedMeanwhileError(
                await accounts.find_last_editor(
                    consultation.organisation_id, "consultation", consultation.id
                )
            )
        await child_rows.replace(consultation.id, form, consultation)
        await _set_dimensions(consultation.organisation_id, consultation.id, form)
        if consultation.published_at:
            await _require_publishable(
                consultation.organisation_id, saved[0]["slug"], is_published=True
            )
        await _record("changed", actor, consultation.organisation_id, consultation.id)
        cache_invalidation.invalidate(consultation.id)


async def publish(actor: Actor, consultation: ConsultationView) -> None:
    """Publish a draft.

    Raises NotReadyError with the missing fields, WrongPhaseError if it was published before, and
    ChangedMeanwhileError if a concurrent edit changed the version that was checked.
    """
    if consultation.published_at:
        raise WrongPhaseError
    async with db.unit_of_work():
        checked = await _require_publishable(consultation.organisation_id, consultation.slug)
        published = (
            await Consultation.update(
                {Consultation.published_at: clock.now(), Consultation.version: checked.version + 1}
            )
            .where(Consultation.id == checked.id, Consultation.version == checked.version)
            .returning(Consultation.id)
        )
        if not published:
            raise ChangedMeanwhileError
        await _record("published", actor, consultation.organisation_id, consultation.id)
        cache_invalidation.invalidate(consultation.id)


async def open_now(actor: Actor, consultation: ConsultationView) -> None:
    """Start the open phase now. Raises WrongPhaseError and ChangedMeanwhileError."""
    now = clock.now()
    if not consultation.is_public or consultation.phase_at(now) is not PhaseKind.PREPARATION:
        raise WrongPhaseError
    await _shift_open_phase(actor, consultation, "opened", start=now)


async def close_now(actor: Actor, consultation: ConsultationView) -> None:
    """End the open phase now. Raises WrongPhaseError and ChangedMeanwhileError."""
    now = clock.now()
    if not consultation.is_open_at(now):
        raise WrongPhaseError
    await _shift_open_phase(actor, consultation, "closed", end=now)


async def _shift_open_phase(
    actor: Actor,
    consultation: ConsultationView,
    verb: str,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
) -> None:
    phase = consultation.phase(PhaseKind.OPEN)
    if phase is None or phase.ends_at is None:
        raise WrongPhaseError
    async with db.unit_of_work():
        updated = await db.fetch_one(
            "UPDATE consultations_consultation SET version = version + 1"
            " WHERE id = $1 AND version = $2 RETURNING id",
            consultation.id,
            consultation.version,
        )
        if updated is None:
            raise ChangedMeanwhileError
        await db.execute(
            "UPDATE consultations_component SET opens_at = coalesce($2, opens_at),"
            " closes_at = coalesce($3, closes_at) WHERE consultation_id = $1",
            consultation.id,
            start,
            end,
        )
        await db.fetch(
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
        await _record(verb, actor, consultation.organisation_id, consultation.id)
        cache_invalidation.invalidate(consultation.id)


async def _require_publishable(
    organisation_id: uuid.UUID, slug: str, *, is_published: bool = False
) -> ConsultationView:
    saved = await consultations.get_for_office(organisation_id, slug)
    count = await moderation.count_public_statements(saved.id)
    reasons = policies.missing_fields(saved, statements=count, now=clock.now())
    if is_published:
        reasons.pop("closes_on", None)
        reasons.pop("statements", None)
    if reasons:
        raise NotReadyError(reasons)
    return saved


async def _record(
    verb: str, actor: Actor, organisation_id: uuid.UUID, consultation_id: uuid.UUID
) -> None:
    await audit.record(
        f"consultations.dialogue.{verb}",
        actor_id=actor.id,
        subject=("consultation", consultation_id),
        organisation_id=organisation_id,
    )


def _values(form: ConsultationForm) -> dict[Any, Any]:
    texts: dict[str, Any] = {
        name: value.model_dump_json() if (value := getattr(form, name)) else None
        for name in (
            "title",
            "problem",
            "decision",
            "can_change",
            "cannot_change",
            "who_may_answer",
            "data_controller",
        )
    }
    return texts | {
        "eligibility": form.eligibility,
        "contact": form.contact,
        "votes_published": form.votes_published,
        "guests_allowed": form.guests_allowed,
        "moderation": form.moderation,
    }


async def _set_dimensions(
    organisation_id: uuid.UUID, consultation_id: uuid.UUID, form: ConsultationForm
) -> None:
    """The dimensions that statistics count later participants under: national themes and place."""
    organisation = await organisations.get_organisation(organisation_id)
    await db.fetch(
        "UPDATE consultations_consultation SET theme_code = $2, place_code = $3 WHERE id = $1",
        consultation_id,
        " ".join(await themes.list_national_slugs(form.themes)),
        organisation.lg_code or "",
    )
