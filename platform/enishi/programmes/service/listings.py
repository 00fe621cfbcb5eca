"""Writing a listing, publishing it, closing it. One function is one unit of work."""

import uuid
from typing import Any

import asyncpg
from piccolo.columns import Column

from enishi.audit import service as audit
from enishi.kit import clock, db, ids
from enishi.kit.errors import ConflictError, NotFoundError
from enishi.kit.i18n import gettext_lazy
from enishi.programmes import policies, queries
from enishi.programmes.schemas import Clerk, ProgrammeForm
from enishi.programmes.tables import Programme, ProgrammeState


class SlugTakenError(ConflictError):
    message = gettext_lazy("このアドレスは、すでに使われています。")


class NotCompleteError(ConflictError):
    message = gettext_lazy("公開に必要な項目が、まだそろっていません。")


async def create(clerk: Clerk, form: ProgrammeForm) -> uuid.UUID:
    """A draft, seen by its office only. Raises SlugTakenError."""
    programme_id = ids.new_id()
    now = clock.now()
    try:
        async with db.unit_of_work():
            await Programme(
                id=programme_id,
                organisation_id=clerk.organisation_id,
                created_at=now,
                changed_at=now,
                **form.columns(),
            ).save()
            await _record("programmes.programme.created", clerk, programme_id)
    except asyncpg.UniqueViolationError as error:
        raise SlugTakenError from error
    return programme_id


async def edit(clerk: Clerk, programme_id: uuid.UUID, form: ProgrammeForm) -> None:
    """Change a listing. One that is published stays complete. Raises NotCompleteError."""
    try:
        async with db.unit_of_work():
            columns: dict[Column | str, Any] = {**form.columns(), "changed_at": clock.now()}
            changed = (
                await Programme.update(columns)
                .where(
                    Programme.id == programme_id,
                    Programme.organisation_id == clerk.organisation_id,
                )
                .returning(Programme.state)
            )
            if not changed:
                raise NotFoundError
            if changed[0]["state"] == ProgrammeState.PUBLISHED:
                await _require_complete(clerk, programme_id)
            await _record("programmes.programme.edited", clerk, programme_id)
    except asyncpg.UniqueViolationError as error:
        raise SlugTakenError from error


async def publish(clerk: Clerk, programme_id: uuid.UUID) -> None:
    """Show a listing to everybody. Raises NotCompleteError while a required field is empty."""
    async with db.unit_of_work():
        published = (
            await Programme.update(
                {
                    Programme.state: ProgrammeState.PUBLISHED,
                    Programme.published_at: clock.now(),
                    Programme.changed_at: clock.now(),
                }
            )
            .where(
                Programme.id == programme_id,
                Programme.organisation_id == clerk.organisation_id,
                Programme.state.is_in([ProgrammeState.DRAFT, ProgrammeState.CLOSED]),
            )
            .returning(Programme.id)
        )
        if not published:
            await queries.get_own_programme(clerk.organisation_id, programme_id)
            raise ConflictError
        await _require_complete(clerk, programme_id)
        await _record("programmes.programme.published", clerk, programme_id)


async def close(clerk: Clerk, programme_id: uuid.UUID) -> None:
    """Take no more applications; those that were made stay as they are."""
    async with db.unit_of_work():
        closed = (
            await Programme.update(
                {Programme.state: ProgrammeState.CLOSED, Programme.changed_at: clock.now()}
            )
            .where(
                Programme.id == programme_id,
                Programme.organisation_id == clerk.organisation_id,
                Programme.state == ProgrammeState.PUBLISHED,
            )
            .returning(Programme.id)
        )
        if not closed:
            await queries.get_own_programme(clerk.organisation_id, programme_id)
            raise ConflictError
        await _record("programmes.programme.closed", clerk, programme_id)


async def _require_complete(clerk: Clerk, programme_id: uuid.UUID) -> None:
    programme = await queries.get_own_programme(clerk.organisation_id, programme_id)
    sessions = await queries.list_sessions(programme_id)
    if policies.missing_for_publishing(programme, sessions):
        raise NotCompleteError


async def _record(action: str, clerk: Clerk, programme_id: uuid.UUID) -> None:
    await audit.record(
        action,
        actor_id=clerk.account_id,
        organisation_id=clerk.organisation_id,
        subject=("programme", programme_id),
    )
