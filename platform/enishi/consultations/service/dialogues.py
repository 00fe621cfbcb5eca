"""What an organiser does with a dialogue: write it, publish it, open and close it."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg

from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations import policies
from enishi.consultations.queries import dialogues, moderation
from enishi.consultations.schemas import DialogueForm, DialogueView
from enishi.consultations.service import recalled
from enishi.consultations.service.phases import phases_of
from enishi.consultations.tables import Consultation, Kind, Phase, PhaseKind, Subject
from enishi.kit import clock, db
from enishi.kit.errors import ConflictError
from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.kit.ids import new_id
from enishi.organisations import queries as organisations
from enishi.themes import queries as themes

_ONE_SLUG = "consultations_consultation_slug_key"


class SlugTakenError(ConflictError):
    message = gettext_lazy("このアドレスは、すでに使われています。別のものにしてください。")


class ChangedMeanwhileError(ConflictError):
    message = gettext_lazy(
        "ほかの人が先にこの対話を書き換えました。ページを開き直して、変更を確かめてください。"
    )


class VotesPromisedError(ConflictError):
    message = gettext_lazy("投票を公開するかどうかは、公表した後では変えられません。")


class NotReadyError(ConflictError):
    """The checklist is not complete; `reasons` says what is missing, by field."""

    message = gettext_lazy("まだ公表できません。足りない項目を入力してください。")

    def __init__(self, reasons: dict[str, LazyText]) -> None:
        super().__init__()
        self.reasons = reasons


class WrongPhaseError(ConflictError):
    message = gettext_lazy("いまの段階では、この操作はできません。")


async def create(actor: Actor, organisation_id: uuid.UUID, form: DialogueForm) -> uuid.UUID:
    """Begin a draft. Raises SlugTakenError."""
    consultation_id = new_id()
    now = clock.now()
    async with _taking_an_address():
        await Consultation(
            id=consultation_id,
            organisation_id=organisation_id,
            slug=form.slug,
            kind=Kind.DIALOGUE,
            created_at=now,
            updated_at=now,
            **_values(form),
        ).save()
        await _save_parts(consultation_id, form, None)
        await _count_under(organisation_id, consultation_id, form)
        await _record("created", actor, organisation_id, consultation_id)
    return consultation_id


@asynccontextmanager
async def _taking_an_address() -> AsyncIterator[None]:
    """A unit of work that may want the address of another dialogue. Raises SlugTakenError."""
    try:
        async with db.unit_of_work():
            yield
    except asyncpg.UniqueViolationError as error:
        if db.violated_constraint(error) != _ONE_SLUG:
            raise
        raise SlugTakenError from None


async def edit(actor: Actor, dialogue: DialogueView, form: DialogueForm) -> None:
    """Save what an organiser changed.

    Raises SlugTakenError, ChangedMeanwhileError, VotesPromisedError, and NotReadyError if
    something published would lose a required field.
    """
    if dialogue.withdrawn_at:
        raise WrongPhaseError
    if dialogue.published_at and form.votes_published != dialogue.votes_published:
        raise VotesPromisedError
    async with _taking_an_address():
        changes = _values(form)
        changes["slug"] = dialogue.slug if dialogue.published_at else form.slug
        changes["updated_at"] = clock.now()
        changes["version"] = form.version + 1
        saved = (
            await Consultation.update(changes)
            .where(Consultation.id == dialogue.id, Consultation.version == form.version)
            .returning(Consultation.slug)
        )
        if not saved:
            raise ChangedMeanwhileError
        await _save_parts(dialogue.id, form, dialogue)
        await _count_under(dialogue.organisation_id, dialogue.id, form)
        if dialogue.published_at:
            await _check(dialogue.organisation_id, saved[0]["slug"], ended_is_fine=True)
        await _record("changed", actor, dialogue.organisation_id, dialogue.id)
        recalled.invalidate(dialogue.id)


async def publish(actor: Actor, dialogue: DialogueView) -> None:
    """Show a dialogue to the public, as it is now.

    Raises NotReadyError with what is missing, WrongPhaseError for what is public or was, and
    ChangedMeanwhileError if it was rewritten while it was looked at.
    """
    if dialogue.published_at:
        raise WrongPhaseError
    async with db.unit_of_work():
        checked = await _check(dialogue.organisation_id, dialogue.slug)
        published = (
            await Consultation.update(
                {Consultation.published_at: clock.now(), Consultation.version: checked.version + 1}
            )
            .where(Consultation.id == checked.id, Consultation.version == checked.version)
            .returning(Consultation.id)
        )
        if not published:
            raise ChangedMeanwhileError
        await _record("published", actor, dialogue.organisation_id, dialogue.id)
        recalled.invalidate(dialogue.id)


async def open_now(actor: Actor, dialogue: DialogueView) -> None:
    """Let the open phase begin now, before its day."""
    now = clock.now()
    if not dialogue.is_public or dialogue.phase_at(now) is not PhaseKind.PREPARATION:
        raise WrongPhaseError
    await _move(actor, dialogue, "opened", start=now)


async def close_now(actor: Actor, dialogue: DialogueView) -> None:
    """End the open phase now, before its last day."""
    now = clock.now()
    if not dialogue.takes_voices_at(now):
        raise WrongPhaseError
    await _move(actor, dialogue, "closed", end=now)


async def _move(
    actor: Actor,
    dialogue: DialogueView,
    verb: str,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
) -> None:
    phase = dialogue.phase(PhaseKind.OPEN)
    if phase is None or phase.ends_at is None:
        raise WrongPhaseError
    async with db.unit_of_work():
        moved = (
            await Consultation.update({Consultation.version: dialogue.version + 1})
            .where(Consultation.id == dialogue.id, Consultation.version == dialogue.version)
            .returning(Consultation.id)
        )
        if not moved:
            raise ChangedMeanwhileError
        await db.fetch(
            "UPDATE consultations_phase SET"
            " starts_at = CASE kind WHEN 'open' THEN coalesce($2, starts_at)"
            "   WHEN 'closed' THEN coalesce($3, starts_at) ELSE starts_at END,"
            " ends_at = CASE kind WHEN 'preparation' THEN coalesce($2, ends_at)"
            "   WHEN 'open' THEN coalesce($3, ends_at) ELSE ends_at END"
            " WHERE consultation_id = $1",
            dialogue.id,
            start,
            end,
        )
        await _record(verb, actor, dialogue.organisation_id, dialogue.id)
        recalled.invalidate(dialogue.id)


async def _check(
    organisation_id: uuid.UUID, slug: str, *, ended_is_fine: bool = False
) -> DialogueView:
    saved = await dialogues.get_for_office(organisation_id, slug)
    count = await moderation.count_public_statements(saved.id)
    reasons = policies.missing(saved, statements=count, now=clock.now())
    if ended_is_fine:
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


def _values(form: DialogueForm) -> dict[Any, Any]:
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
        "statements_invited": form.statements_invited,
        "opinions_invited": form.opinions_invited,
        "moderation": form.moderation,
    }


async def _count_under(
    organisation_id: uuid.UUID, consultation_id: uuid.UUID, form: DialogueForm
) -> None:
    """What the acts of those who join from now on are counted under."""
    organisation = await organisations.get_organisation(organisation_id)
    await db.fetch(
        "UPDATE consultations_consultation SET theme_code = $2, place_code = $3 WHERE id = $1",
        consultation_id,
        " ".join(await themes.list_national_slugs(form.themes)),
        organisation.lg_code or "",
    )


async def _save_parts(
    consultation_id: uuid.UUID, form: DialogueForm, saved: DialogueView | None
) -> None:
    """Themes and phases, replaced as a whole."""
    await Subject.delete().where(Subject.consultation_id == consultation_id)
    await Phase.delete().where(Phase.consultation_id == consultation_id)
    if form.themes:
        await Subject.insert(
            *(
                Subject(id=new_id(), consultation_id=consultation_id, theme_id=theme_id)
                for theme_id in dict.fromkeys(form.themes)
            )
        )
    phases = phases_of(form, saved)
    if phases:
        await Phase.insert(
            *(
                Phase(
                    id=new_id(),
                    consultation_id=consultation_id,
                    kind=kind,
                    starts_at=starts_at,
                    ends_at=ends_at,
                )
                for kind, starts_at, ends_at in phases
            )
        )
