"""Adds sessions to a programme, deletes those of a draft, and locks one for a caller.

Changing or calling off a session affects its applications: allocation/service/sessions.py.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg

from enishi.audit import service as audit
from enishi.kit import clock, db, ids
from enishi.kit.errors import NotFoundError
from enishi.programmes.listings import service as programmes
from enishi.programmes.listings.errors import HasApplicationsError, NoDraftError
from enishi.programmes.listings.schemas import OfficeActor
from enishi.programmes.sessions.errors import AllThereError
from enishi.programmes.sessions.schemas import SessionForm
from enishi.programmes.sessions.tables import ProgrammeSession


async def add(actor: OfficeActor, programme_id: uuid.UUID, form: SessionForm) -> uuid.UUID:
    async with db.unit_of_work():
        await programmes.touch(actor, programme_id)
        session_id = ids.new_id()
        await _row(session_id, programme_id, actor, form).save()
        await audit.record(
            "programmes.session.added",
            actor_id=actor.account_id,
            organisation_id=actor.organisation_id,
            subject=("session", session_id),
            capacity=form.capacity,
        )
        return session_id


async def add_series(
    actor: OfficeActor, programme_id: uuid.UUID, forms: Sequence[SessionForm]
) -> list[uuid.UUID]:
    """Add the sessions of a series, except at starts that a planned session already has."""
    async with db.unit_of_work():
        await programmes.touch(actor, programme_id)
        taken = await _planned_starts(programme_id, [form.starts_at for form in forms])
        wanted = {form.starts_at: form for form in forms if form.starts_at not in taken}
        rows = [_row(ids.new_id(), programme_id, actor, form) for form in wanted.values()]
        if not rows:
            raise AllThereError
        await ProgrammeSession.insert(*rows)
        await audit.record(
            "programmes.session.copied",
            actor_id=actor.account_id,
            organisation_id=actor.organisation_id,
            subject=("programme", programme_id),
            sessions=len(rows),
        )
        return [row.id for row in rows]


async def delete_draft(actor: OfficeActor, programme_id: uuid.UUID, seen: str) -> None:
    """Delete a programme that was never public, with its sessions.

    Raises OtherVersionError, NoDraftError, and HasApplicationsError: the foreign key of the
    applications refuses to leave one without its session.
    """
    try:
        async with db.unit_of_work():
            before = await programmes.lock_version(actor, programme_id, seen)
            if before.published_at:
                raise NoDraftError
            await ProgrammeSession.delete().where(ProgrammeSession.programme_id == programme_id)
            await programmes.delete(actor, programme_id)
    except (asyncpg.ForeignKeyViolationError, asyncpg.RestrictViolationError) as error:
        raise HasApplicationsError from error


async def _planned_starts(programme_id: uuid.UUID, among: list[datetime]) -> set[datetime]:
    """Those of the instants at which a planned session of the programme starts."""
    rows = await db.fetch(
        """SELECT starts_at FROM programmes_session
        WHERE programme_id = $1 AND state = 'planned' AND starts_at = ANY($2)""",
        programme_id,
        among,
    )
    return {row["starts_at"] for row in rows}


async def lock(session_id: uuid.UUID) -> dict[str, Any]:
    """Row lock until the end of the unit of work. The row as stored."""
    rows = await db.fetch(
        "SELECT * FROM programmes_session WHERE id = $1 FOR NO KEY UPDATE", session_id
    )
    if not rows:
        raise NotFoundError
    return rows[0]


async def lock_own(actor: OfficeActor, session_id: uuid.UUID) -> dict[str, Any]:
    session = await lock(session_id)
    if session["organisation_id"] != actor.organisation_id:
        raise NotFoundError
    return session


def _row(
    session_id: uuid.UUID, programme_id: uuid.UUID, actor: OfficeActor, form: SessionForm
) -> ProgrammeSession:
    return ProgrammeSession(
        id=session_id,
        programme_id=programme_id,
        organisation_id=actor.organisation_id,
        starts_at=form.starts_at,
        ends_at=form.ends_at,
        opens_at=form.opens_at,
        closes_at=form.closes_at,
        meeting_place=form.meeting_place.model_dump(),
        capacity=form.capacity,
        waiting_limit=form.waiting_limit,
        cutoff_hours=form.cutoff_hours,
        selection=form.selection,
        draw_closes_at=form.draw_closes_at,
        family_seats=form.family_seats,
        created_at=clock.now(),
    )
