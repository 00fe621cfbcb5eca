"""Writes programmes: create, edit, publish, close, delete. Each is one unit of work."""

import uuid
from typing import Any

import asyncpg
from piccolo.columns import Column

from enishi.audit import service as audit
from enishi.kit import clock, db, ids
from enishi.kit.errors import ConflictError, NotFoundError
from enishi.programmes.listings import policies
from enishi.programmes.listings.errors import (
    ChangedMeanwhileError,
    NotCompleteError,
    OtherVersionError,
    SlugFixedError,
    SlugTakenError,
    UnknownThemeError,
)
from enishi.programmes.listings.listing_forms import PartForm, changed_since
from enishi.programmes.listings.queries import office as queries
from enishi.programmes.listings.schemas import OfficeActor, ProgrammeForm, ProgrammeView
from enishi.programmes.listings.tables import Programme, ProgrammeState
from enishi.themes.queries import list_national_themes

_ONE_SLUG = "programmes_programme_slug_key"


async def create(actor: OfficeActor, form: ProgrammeForm) -> uuid.UUID:
    """Create a draft, visible to its office only. Raises SlugTakenError or UnknownThemeError."""
    await _require_known(form.theme_code)
    programme_id = ids.new_id()
    now = clock.now()
    try:
        async with db.unit_of_work():
            await Programme(
                id=programme_id,
                organisation_id=actor.organisation_id,
                created_at=now,
                changed_at=now,
                **form.columns(),
            ).save()
            await _record("programmes.programme.created", actor, programme_id)
    except asyncpg.UniqueViolationError as error:
        if db.violated_constraint(error) != _ONE_SLUG:
            raise
        raise SlugTakenError from error
    return programme_id


async def edit(actor: OfficeActor, programme_id: uuid.UUID, form: PartForm, seen: str) -> None:
    """Change one part of a programme under an optimistic lock.

    `seen` is the fingerprint of the part when the form was opened. A published programme stays
    complete and keeps its slug. Raises NotCompleteError, ChangedMeanwhileError, SlugFixedError,
    SlugTakenError or UnknownThemeError.
    """
    await _require_known(form.columns().get("theme_code", ""))
    try:
        async with db.unit_of_work():
            before = await _lock(actor, programme_id)
            if form.fingerprint(before) != seen:
                raise ChangedMeanwhileError
            columns: dict[Column | str, Any] = {**form.columns()}
            if before.published_at and columns.get("slug", before.slug) != before.slug:
                raise SlugFixedError
            await Programme.update(columns).where(Programme.id == programme_id)
            await touch(actor, programme_id)
            if before.state is ProgrammeState.PUBLISHED:
                await _require_complete(actor, programme_id)
            await _record("programmes.programme.edited", actor, programme_id, part=form.part.value)
    except asyncpg.UniqueViolationError as error:
        if db.violated_constraint(error) != _ONE_SLUG:
            raise
        raise SlugTakenError from error


async def publish(actor: OfficeActor, programme_id: uuid.UUID, seen: str) -> None:
    """Make a programme public, or open a closed one again.

    `seen` is the version that was shown before. Raises OtherVersionError, ConflictError if it is
    public already, and NotCompleteError while a required field is empty.
    """
    async with db.unit_of_work():
        before = await lock_version(actor, programme_id, seen)
        if before.state is ProgrammeState.PUBLISHED:
            raise ConflictError
        await _require_complete(actor, programme_id)
        await Programme.update(
            {
                Programme.state: ProgrammeState.PUBLISHED,
                Programme.published_at: clock.now(),
            }
        ).where(Programme.id == programme_id)
        await touch(actor, programme_id)
        await _record("programmes.programme.published", actor, programme_id)


async def close(actor: OfficeActor, programme_id: uuid.UUID, seen: str) -> None:
    """Stop taking applications. Existing applications do not change.

    Raises OtherVersionError, and ConflictError if it is not public.
    """
    async with db.unit_of_work():
        before = await lock_version(actor, programme_id, seen)
        if before.state is not ProgrammeState.PUBLISHED:
            raise ConflictError
        await Programme.update({Programme.state: ProgrammeState.CLOSED}).where(
            Programme.id == programme_id
        )
        await touch(actor, programme_id)
        await _record("programmes.programme.closed", actor, programme_id)


async def delete(actor: OfficeActor, programme_id: uuid.UUID) -> None:
    """Delete a locked draft without sessions; part of the caller's unit of work."""
    await Programme.delete().where(Programme.id == programme_id)
    await _record("programmes.programme.deleted", actor, programme_id)


async def touch(actor: OfficeActor, programme_id: uuid.UUID) -> None:
    """Set `changed_at` when a programme or one of its sessions changes.

    Calendars and feeds use its seconds as their version, so it rises by one at least. Part of the
    caller's unit of work, whose row lock it takes. Raises NotFoundError for a programme of another
    office.
    """
    owned = await db.fetch(
        """UPDATE programmes_programme
        SET changed_at = greatest($3, date_trunc('second', changed_at) + interval '1 second')
        WHERE id = $1 AND organisation_id = $2 RETURNING id""",
        programme_id,
        actor.organisation_id,
        clock.now(),
    )
    if not owned:
        raise NotFoundError


async def _require_known(theme_code: str) -> None:
    """Only national themes are allowed: public lists and statistics group by them."""
    if theme_code and theme_code not in {each.slug for each in await list_national_themes()}:
        raise UnknownThemeError


async def _require_complete(actor: OfficeActor, programme_id: uuid.UUID) -> None:
    programme = await queries.get_own_programme(actor.organisation_id, programme_id)
    has_session = await queries.has_session(programme_id)
    missing = policies.missing_for_publishing(programme, has_session=has_session)
    if missing:
        raise NotCompleteError(missing)


async def lock_version(actor: OfficeActor, programme_id: uuid.UUID, seen: str) -> ProgrammeView:
    """Row lock until the end of the unit of work. Raises OtherVersionError."""
    programme = await _lock(actor, programme_id)
    changed = changed_since(seen, programme)
    if changed is not None:
        raise OtherVersionError(changed)
    return programme


async def _lock(actor: OfficeActor, programme_id: uuid.UUID) -> ProgrammeView:
    await db.fetch("SELECT FROM programmes_programme WHERE id = $1 FOR NO KEY UPDATE", programme_id)
    return await queries.get_own_programme(actor.organisation_id, programme_id)


async def _record(action: str, actor: OfficeActor, programme_id: uuid.UUID, **data: str) -> None:
    await audit.record(
        action,
        actor_id=actor.account_id,
        organisation_id=actor.organisation_id,
        subject=("programme", programme_id),
        **data,
    )
