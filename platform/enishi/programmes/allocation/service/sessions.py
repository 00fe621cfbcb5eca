"""Adds, changes and calls off sessions, with the effects on their applications and draws.

Each function is one unit of work.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from enishi.accounts.queries import find_last_editor
from enishi.audit import service as audit
from enishi.kit import clock, db
from enishi.kit.errors import ConflictError
from enishi.kit.localised import DraftText
from enishi.kit.seen import ChangedMeanwhileError
from enishi.programmes.allocation import waiting_list
from enishi.programmes.allocation.draws.service import rules
from enishi.programmes.allocation.errors import (
    FewerThanTakenError,
    FewerThanWaitingError,
    FewerThanWaitingPartyError,
    OverError,
    SelectionFixedError,
    SessionFixedError,
)
from enishi.programmes.applications import event_log
from enishi.programmes.applications.service import attendance
from enishi.programmes.applications.tables import ApplicationState
from enishi.programmes.listings import service as programmes
from enishi.programmes.listings.schemas import OfficeActor
from enishi.programmes.sessions import queries as session_queries
from enishi.programmes.sessions import service as sessions
from enishi.programmes.sessions.schemas import Selection, SessionForm


async def add(actor: OfficeActor, programme_id: uuid.UUID, form: SessionForm) -> uuid.UUID:
    async with db.unit_of_work():
        session_id = await sessions.add(actor, programme_id, form)
        if form.selection is Selection.DRAW:
            await rules.follow(session_id)
        return session_id


async def add_series(
    actor: OfficeActor, programme_id: uuid.UUID, forms: Sequence[SessionForm]
) -> list[uuid.UUID]:
    """Add the sessions of a series, except at starts that a planned session already has."""
    async with db.unit_of_work():
        made = await sessions.add_series(actor, programme_id, forms)
        if any(form.selection is Selection.DRAW for form in forms):
            for session_id in made:
                await rules.follow(session_id)
        return made


async def edit(
    actor: OfficeActor, session_id: uuid.UUID, form: SessionForm, seen: str = ""
) -> None:
    """Change a session before it begins; added places go to those who wait.

    Date and meeting place are fixed once a party has applied, because it relies on them. `seen` is
    the fingerprint of the session when the form was opened; empty for a caller without a form.
    Raises ChangedMeanwhileError, SessionFixedError, FewerThanTakenError, FewerThanWaitingError,
    FewerThanWaitingPartyError or ConflictError.
    """
    async with db.unit_of_work():
        before = await sessions.lock_own(actor, session_id)
        await require_unchanged(actor, session_id, seen)
        form = _with_its_draw(before, form)
        _require_harmless(before, form)
        await _require_room_for_all(session_id, form.capacity)
        await programmes.touch(actor, before["programme_id"])
        await db.fetch(
            """UPDATE programmes_session SET starts_at = $2, ends_at = $3, opens_at = $4,
                closes_at = $5, meeting_place = $6, capacity = $7, waiting_limit = $8,
                cutoff_hours = $9, selection = $10, draw_closes_at = $11, family_seats = $12,
                free_places_told_at = CASE WHEN cutoff_hours = $9 THEN free_places_told_at END
            WHERE id = $1""",
            session_id,
            form.starts_at,
            form.ends_at,
            form.opens_at,
            form.closes_at,
            form.meeting_place.model_dump_json(),
            form.capacity,
            form.waiting_limit,
            form.cutoff_hours,
            form.selection.value,
            form.draw_closes_at,
            form.family_seats,
        )
        await rules.follow(session_id)
        # Otherwise nothing is free that was not; those who wait are not told twice.
        if (form.capacity, form.cutoff_hours) != (before["capacity"], before["cutoff_hours"]):
            await waiting_list.serve(session_id)
        await audit.record(
            "programmes.session.edited",
            actor_id=actor.account_id,
            organisation_id=actor.organisation_id,
            subject=("session", session_id),
            capacity_was=before["capacity"],
            capacity=form.capacity,
        )


def _with_its_draw(before: dict[str, Any], form: SessionForm) -> SessionForm:
    """The form with what a draw that was held is told of by: it cannot be held another time."""
    if before["selection"] == "draw" or before["draw_closes_at"] is None:
        return form
    kept = {name: before[name] for name in ("selection", "draw_closes_at", "family_seats")}
    return form.model_copy(update=kept | {"selection": Selection(kept["selection"])})


async def require_unchanged(actor: OfficeActor, session_id: uuid.UUID, seen: str) -> None:
    """Raise ChangedMeanwhileError where the locked session is not as the form has shown it."""
    saved = await session_queries.get_session(session_id)
    if seen and seen != saved.fingerprint:
        raise ChangedMeanwhileError(
            await find_last_editor(actor.organisation_id, "session", session_id)
        )


def _require_harmless(before: dict[str, Any], form: SessionForm) -> None:
    if before["state"] != "planned" or before["starts_at"] <= clock.now():
        raise ConflictError
    moved = (form.starts_at, form.ends_at) != (before["starts_at"], before["ends_at"])
    kept = DraftText.model_validate(db.document(before["meeting_place"]))
    replaced = form.meeting_place.model_dump() != kept.model_dump()
    if (moved or replaced) and (before["taken"] or before["waiting"] or before["in_draw"]):
        raise SessionFixedError
    if form.selection != before["selection"] and before["tickets"]:
        raise SelectionFixedError
    if form.capacity < before["taken"]:
        raise FewerThanTakenError
    # A limit of 0 closes the waiting list for new parties; waiting parties stay. A limit that is
    # kept may be exceeded: by a short offer that ended without an answer.
    if form.waiting_limit == before["waiting_limit"]:
        return
    if 0 < form.waiting_limit < before["waiting"]:
        raise FewerThanWaitingError


async def _require_room_for_all(session_id: uuid.UUID, capacity: int) -> None:
    """A party that can never fit would block the queue behind it for ever."""
    largest = await db.fetch_value(
        """SELECT coalesce(max(party_size), 0) FROM programmes_application
        WHERE session_id = $1 AND state = 'waiting'""",
        session_id,
    )
    if capacity < largest:
        raise FewerThanWaitingPartyError


async def cancel(actor: OfficeActor, session_id: uuid.UUID, reason: str) -> int:
    """Call a session off: end every live application and mail the reason. Returns their number."""
    async with db.unit_of_work():
        session = await sessions.lock_own(actor, session_id)
        if session["ends_at"] <= clock.now():
            raise OverError
        called_off = await db.fetch(
            """UPDATE programmes_session
            SET state = 'cancelled', cancelled_reason = $2, taken = 0, waiting = 0, in_draw = 0
            WHERE id = $1 AND state = 'planned' RETURNING id""",
            session_id,
            reason,
        )
        if not called_off:
            raise ConflictError
        await programmes.touch(actor, session["programme_id"])
        ended = await db.fetch(
            """UPDATE programmes_application
            SET state = 'cancelled_by_host', offer_until = NULL, ended_at = $2
            WHERE session_id = $1 AND state IN
                ('held', 'in_draw', 'waiting', 'offered', 'confirmed', 'attended', 'absent')
            RETURNING id""",
            session_id,
            clock.now(),
        )
        await rules.call_off(session_id)
        await attendance.take_back([row["id"] for row in ended])
        await event_log.append(
            [row["id"] for row in ended],
            ApplicationState.CANCELLED_BY_HOST,
            actor_kind="host",
            reason=reason,
        )
        await audit.record(
            "programmes.session.cancelled",
            actor_id=actor.account_id,
            organisation_id=actor.organisation_id,
            subject=("session", session_id),
            told=len(ended),
        )
        return len(ended)
