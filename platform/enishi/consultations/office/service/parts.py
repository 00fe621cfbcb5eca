"""Writing a dialogue part by part: a draft with what the office has, and edits under a lock."""

import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg

from enishi.accounts import queries as accounts
from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations.core import acts, notice_period, policies
from enishi.consultations.core import queries as consultations
from enishi.consultations.core import service as core
from enishi.consultations.core.acts import Act
from enishi.consultations.core.errors import (
    FixedDaysError,
    KindRefusedError,
    ModerationAnnouncedError,
    NotReadyError,
    ReasonNeededError,
    ShortPeriodError,
    SlugTakenError,
    VotesPromisedError,
    WrongPhaseError,
)
from enishi.consultations.core.kinds import Eligibility, Moderation
from enishi.consultations.core.schemas import ConsultationView
from enishi.consultations.core.tables import Consultation
from enishi.consultations.office import queries
from enishi.consultations.office.part_forms import (
    CONTACT_LIMIT,
    NewForm,
    NoticeForm,
    PartForm,
    RulesForm,
    TopicForm,
)
from enishi.consultations.office.service import changes, child_rows
from enishi.consultations.voting import cache_invalidation
from enishi.kit import clock, db, seen
from enishi.kit.dates import require_plan
from enishi.kit.i18n import gettext_lazy
from enishi.kit.ids import new_id
from enishi.kit.slugs import is_reserved
from enishi.organisations import queries as organisations
from enishi.organisations.schemas import OrganisationRef
from enishi.themes import queries as themes

_UNIQUE_SLUG = "consultations_consultation_slug_key"
_NOTICED = gettext_lazy("公示の日は、公開した後では変えられません。")
_SHORTEST_DAYS = 7  # a shorter open phase is asked about


async def create(actor: Actor, organisation: OrganisationRef, form: NewForm) -> str:
    """Insert a draft of the first part; returns its slug.

    Raises SlugTakenError, and KindRefusedError for a kind that this organisation may not hold.

    The rest is filled in as the office had it in its last dialogue, else from its profile.
    """
    if form.kind not in acts.kinds_of(organisation.kind):
        raise KindRefusedError
    consultation_id = new_id()
    now = clock.now()
    slug = await _propose_slug(organisation, form)
    filled_in, invited = await _from_office(organisation)
    async with _unit_of_work_with_slug():
        await Consultation(
            id=consultation_id,
            organisation_id=organisation.id,
            slug=slug,
            kind=form.kind,
            created_at=now,
            updated_at=now,
            **filled_in,
            **form.columns(),
        ).save()
        saved = await consultations.get_for_office(organisation.id, slug)
        await child_rows.replace_components(consultation_id, saved.days, saved, **invited)
        await child_rows.replace_themes(consultation_id, form.themes)
        await _set_dimensions(organisation.id, consultation_id, form.themes)
        await record_act("created", actor, saved)
    return slug


async def _from_office(organisation: OrganisationRef) -> tuple[dict[str, Any], dict[str, bool]]:
    """Columns of a new draft, and what participants may write."""
    latest = (await consultations.list_for_office(organisation.id, size=1)).rows
    if latest:
        last = latest[0]
        contact, controller = last.contact, last.data_controller
        chosen = (last.eligibility, last.guests_allowed, last.moderation)
        had_cards = acts.has(last.kind, Act.VOTE)
        invited = (last.statements_invited or not had_cards, last.opinions_invited)
    else:
        contact, controller = "", None
        chosen, invited = (Eligibility.ANYONE, True, Moderation.AFTER), (True, True)
    profile = await organisations.get_profile(organisation.id)
    columns = {
        "contact": contact or profile.contact[:CONTACT_LIMIT],
        "data_controller": (controller or organisation.name).model_dump_json(),
        **dict(zip(("eligibility", "guests_allowed", "moderation"), chosen, strict=True)),
    }
    return columns, dict(zip(("statements_invited", "opinions_invited"), invited, strict=True))


async def _propose_slug(organisation: OrganisationRef, form: TopicForm) -> str:
    """The English title as a slug, else the office's with a number. Both can be changed."""
    english = re.sub("[^a-z0-9]+", "-", form.title.en.lower()).strip("-")[:60].strip("-")
    usable = len(english) > 2 and not is_reserved(english)
    if usable and await consultations.find_by_slug(english) is None:
        return english
    return f"{organisation.slug[:60].strip('-')}-{new_id().hex[-6:]}"


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


async def edit(actor: Actor, consultation: ConsultationView, form: PartForm, seen_as: str) -> str:
    """Save one part, if it is still what the form was opened with; returns the slug.

    `seen_as` is the fingerprint of the part. A published dialogue keeps its slug, stays complete,
    and its changed terms are recorded for the public. Raises WrongPhaseError after a withdrawal,
    ChangedMeanwhileError, SlugTakenError, UnplannedDayError, FixedDaysError, ShortPeriodError,
    VotesPromisedError, ModerationAnnouncedError, EarlyCloseError, ReasonNeededError and
    NotReadyError.
    """
    async with _unit_of_work_with_slug():
        before = await core.lock_for_office(consultation)
        if before.withdrawn_at:
            raise WrongPhaseError
        if form.fingerprint(before) != seen_as:
            raise seen.ChangedMeanwhileError(
                await accounts.find_last_editor(before.organisation_id, "consultation", before.id)
            )
        if isinstance(form, RulesForm):
            _check_rules(form, before, clock.now())
        if isinstance(form, NoticeForm):
            _check_notice(form, before)
        await _write(form, before)
        slug = before.slug if before.published_at else getattr(form, "slug", before.slug)
        after = await consultations.get_for_office(before.organisation_id, slug)
        if before.published_at:
            await require_publishable(after, is_published=True)
            await changes.record(before, after)
        await record_act("changed", actor, after, part=form.part.value)
        cache_invalidation.invalidate(after.id)
    return slug


async def _write(form: PartForm, before: ConsultationView) -> None:
    columns: dict[Any, Any] = form.columns() | {
        "updated_at": clock.now(),
        "version": before.version + 1,
    }
    if before.published_at:
        columns.pop("slug", None)
    elif isinstance(form, RulesForm):
        # What people read before they vote is what is kept: later nothing sets it.
        columns["ballots_promised"] = form.votes_published is True
    await Consultation.update(columns).where(Consultation.id == before.id)
    if isinstance(form, TopicForm):
        await child_rows.replace_themes(before.id, form.themes)
        await _set_dimensions(before.organisation_id, before.id, form.themes)
    if isinstance(form, RulesForm):
        await child_rows.replace_phases(before.id, form.days, before)
        await child_rows.replace_components(
            before.id,
            form.days,
            before,
            statements_invited=form.statements_invited,
            opinions_invited=form.opinions_invited,
        )


def _check_rules(form: RulesForm, saved: ConsultationView, now: datetime) -> None:
    require_plan(form.days, saved.days)
    if saved.published_at:
        if form.votes_published != saved.votes_published:
            raise VotesPromisedError
        if form.moderation != saved.moderation:
            raise ModerationAnnouncedError
        if fixed := policies.fixed_days(form.days, saved, now):
            raise FixedDaysError(fixed)
    notice_period.require_days(saved, form.closes_on)
    if form.opens_on and form.closes_on and not form.short_is_meant:
        days = (form.closes_on - form.opens_on).days + 1
        if days < _SHORTEST_DAYS and form.days != saved.days:
            raise ShortPeriodError(days)


def _check_notice(form: NoticeForm, saved: ConsultationView) -> None:
    require_plan({"notice_on": form.notice_on}, {"notice_on": saved.notice_on})
    if saved.published_at is None:
        return
    if form.notice_on != saved.notice_on:
        raise FixedDaysError({"notice_on": _NOTICED})
    closes_on = saved.last_day
    is_short = closes_on is not None and notice_period.is_short(saved, closes_on)
    if is_short and form.short_period_reason is None:
        raise ReasonNeededError


async def require_publishable(saved: ConsultationView, *, is_published: bool = False) -> None:
    """Raises NotReadyError with what is missing. `is_published`: it has been open, or is."""
    count = await queries.count_public_statements(saved.id)
    reasons = policies.missing_fields(saved, statements=count, now=clock.now())
    if is_published:
        reasons.pop("closes_on", None)
        reasons.pop("statements", None)
    if reasons:
        raise NotReadyError(reasons)


async def record_act(
    verb: str, actor: Actor, consultation: ConsultationView, **data: str | None
) -> None:
    await audit.record(
        f"consultations.dialogue.{verb}",
        actor_id=actor.id,
        subject=("consultation", consultation.id),
        organisation_id=consultation.organisation_id,
        **data,
    )


async def _set_dimensions(
    organisation_id: uuid.UUID, consultation_id: uuid.UUID, theme_ids: tuple[uuid.UUID, ...]
) -> None:
    """The dimensions that statistics count later participants under: national themes and place."""
    organisation = await organisations.get_organisation(organisation_id)
    await db.fetch(
        "UPDATE consultations_consultation SET theme_code = $2, place_code = $3 WHERE id = $1",
        consultation_id,
        " ".join(await themes.list_national_slugs(theme_ids)),
        organisation.lg_code or "",
    )
