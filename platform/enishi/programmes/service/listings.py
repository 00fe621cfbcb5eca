"""Writing a listing, publishing it, closing it. One function is one unit of work."""

import uuid
from collections.abc import Mapping
from typing import Any

import asyncpg
from piccolo.columns import Column

from enishi.audit import service as audit
from enishi.kit import clock, db, ids
from enishi.kit.errors import ConflictError, InvalidError
from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.programmes import policies, queries
from enishi.programmes.listing_forms import PartForm
from enishi.programmes.schemas import OfficeActor, ProgrammeForm, ProgrammeView
from enishi.programmes.tables import Programme, ProgrammeState
from enishi.themes.queries import list_national_themes


class SlugTakenError(ConflictError):
    message = gettext_lazy("このアドレスは、すでに使われています。")


class SlugFixedError(ConflictError):
    message = gettext_lazy("一度公開したもののアドレスは、変えられません。")


class ChangedMeanwhileError(ConflictError):
    message = gettext_lazy(
        "書いているあいだに、ほかの職員がこの部分を変えました。別のタブで今の内容を確かめてから、もう一度保存してください。"
    )


class UnknownThemeError(InvalidError):
    message = gettext_lazy("このテーマはありません。一覧から選んでください。")


class NotCompleteError(ConflictError):
    """Something that people need to decide by is empty: field name -> why it is needed."""

    message = gettext_lazy("公開に必要な項目が、まだそろっていません。")

    def __init__(self, missing: Mapping[str, LazyText]) -> None:
        super().__init__()
        self.missing = missing


async def create(actor: OfficeActor, form: ProgrammeForm) -> uuid.UUID:
    """A draft, seen by its office only. Raises SlugTakenError or UnknownThemeError."""
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
        raise SlugTakenError from error
    return programme_id


async def edit(actor: OfficeActor, programme_id: uuid.UUID, form: PartForm, seen: str) -> None:
    """Change one part of a listing; `seen` is the fingerprint of the part when it was opened.

    What was published stays complete and keeps its address. Raises NotCompleteError,
    ChangedMeanwhileError, SlugFixedError, SlugTakenError or UnknownThemeError.
    """
    await _require_known(form.columns().get("theme_code", ""))
    try:
        async with db.unit_of_work():
            before = await _lock(actor, programme_id)
            if form.fingerprint(before) != seen:
                raise ChangedMeanwhileError
            columns: dict[Column | str, Any] = {**form.columns(), "changed_at": clock.now()}
            if before.published_at and columns.get("slug", before.slug) != before.slug:
                raise SlugFixedError
            await Programme.update(columns).where(Programme.id == programme_id)
            if before.state is ProgrammeState.PUBLISHED:
                await _require_complete(actor, programme_id)
            await _record("programmes.programme.edited", actor, programme_id, part=form.part.value)
    except asyncpg.UniqueViolationError as error:
        raise SlugTakenError from error


async def publish(actor: OfficeActor, programme_id: uuid.UUID) -> None:
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
                Programme.organisation_id == actor.organisation_id,
                Programme.state.is_in([ProgrammeState.DRAFT, ProgrammeState.CLOSED]),
            )
            .returning(Programme.id)
        )
        if not published:
            await queries.get_own_programme(actor.organisation_id, programme_id)
            raise ConflictError
        await _require_complete(actor, programme_id)
        await _record("programmes.programme.published", actor, programme_id)


async def close(actor: OfficeActor, programme_id: uuid.UUID) -> None:
    """Take no more applications; those that were made stay as they are."""
    async with db.unit_of_work():
        closed = (
            await Programme.update(
                {Programme.state: ProgrammeState.CLOSED, Programme.changed_at: clock.now()}
            )
            .where(
                Programme.id == programme_id,
                Programme.organisation_id == actor.organisation_id,
                Programme.state == ProgrammeState.PUBLISHED,
            )
            .returning(Programme.id)
        )
        if not closed:
            await queries.get_own_programme(actor.organisation_id, programme_id)
            raise ConflictError
        await _record("programmes.programme.closed", actor, programme_id)


async def _require_known(theme_code: str) -> None:
    """A programme is found and counted by one of the national directions, or by none."""
    if theme_code and theme_code not in {each.slug for each in await list_national_themes()}:
        raise UnknownThemeError


async def _require_complete(actor: OfficeActor, programme_id: uuid.UUID) -> None:
    programme = await queries.get_own_programme(actor.organisation_id, programme_id)
    sessions = await queries.list_sessions(programme_id)
    missing = policies.missing_for_publishing(programme, sessions)
    if missing:
        raise NotCompleteError(missing)


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
