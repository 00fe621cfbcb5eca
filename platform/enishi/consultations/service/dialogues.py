"""What an organiser does with a dialogue: write it, publish it, open and close it."""

import uuid
from datetime import datetime
from typing import Any

from enishi.accounts import organisation_queries as organisations
from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations import policies
from enishi.consultations.queries import dialogues, moderation
from enishi.consultations.schemas import DialogueForm, DialogueView
from enishi.consultations.tables import Consultation, Kind, Phase, PhaseKind, Subject
from enishi.kit import clock, db, public
from enishi.kit.errors import ConflictError
from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.kit.ids import new_id
from enishi.themes import queries as themes


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
    async with db.unit_of_work():
        if await dialogues.find_by_slug(form.slug) is not None:
            raise SlugTakenError
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


async def edit(actor: Actor, dialogue: DialogueView, form: DialogueForm) -> None:
    """Save what an organiser changed.

    Raises SlugTakenError, ChangedMeanwhileError, VotesPromisedError, and NotReadyError if
    something published would lose a required field.
    """
    if dialogue.withdrawn_at:
        raise WrongPhaseError
    if dialogue.published_at and form.votes_published != dialogue.votes_published:
        raise VotesPromisedError
    async with db.unit_of_work():
        other = await dialogues.find_by_slug(form.slug)
        if other is not None and other.id != dialogue.id:
            raise SlugTakenError
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
        db.after_commit(_forget)


async def publish(actor: Actor, dialogue: DialogueView) -> None:
    """Show a dialogue to the public. Raises NotReadyError with what is missing."""
    async with db.unit_of_work():
        await _check(dialogue.organisation_id, dialogue.slug)
        published = (
            await Consultation.update({Consultation.published_at: clock.now()})
            .where(Consultation.id == dialogue.id, Consultation.published_at.is_null())
            .returning(Consultation.id)
        )
        if not published:
            raise WrongPhaseError
        await _record("published", actor, dialogue.organisation_id, dialogue.id)
        db.after_commit(_forget)


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
        db.after_commit(_forget)


async def _forget() -> None:
    dialogues.forget()
    public.forget_pages()


async def _check(organisation_id: uuid.UUID, slug: str, *, ended_is_fine: bool = False) -> None:
    saved = await dialogues.get_for_office(organisation_id, slug)
    count = await moderation.count_public_statements(saved.id)
    reasons = policies.missing(saved, statements=count, now=clock.now())
    if ended_is_fine:
        reasons.pop("closes_on", None)
        reasons.pop("statements", None)
    if reasons:
        raise NotReadyError(reasons)


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
    phases = _phases(form, saved)
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


def _phases(
    form: DialogueForm, saved: DialogueView | None
) -> list[tuple[PhaseKind, datetime, datetime | None]]:
    """The phases that the dates of a form make; the closing day still counts.

    A day that was not changed keeps its instant: somebody may have opened or closed at noon.
    """
    if form.opens_on is None:
        return []
    opened = saved.opens_at if saved else None
    if opened is not None and clock.in_tokyo(opened).date() == form.opens_on:
        opens_at = opened
    else:
        opens_at = clock.start_of_day(form.opens_on)
    began = clock.now()
    made: list[tuple[PhaseKind, datetime, datetime | None]] = []
    if began < opens_at:
        made.append((PhaseKind.PREPARATION, began, opens_at))
    if form.closes_on is None:
        return [*made, (PhaseKind.OPEN, opens_at, None)]
    phase = saved.phase(PhaseKind.OPEN) if saved and saved.last_day == form.closes_on else None
    closes_at = phase.ends_at if phase and phase.ends_at else clock.closes_after(form.closes_on)
    made.append((PhaseKind.OPEN, opens_at, closes_at))
    result_at = clock.start_of_day(form.result_on) if form.result_on else None
    if result_at is None or closes_at < result_at:
        made.append((PhaseKind.CLOSED, closes_at, result_at))
    if result_at is not None:
        made.append((PhaseKind.RESULT, result_at, None))
    return made
