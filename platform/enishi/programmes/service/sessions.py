"""What an office does with the sessions of its programmes. One function is one unit of work."""

import uuid
from collections.abc import Sequence
from typing import Any

from enishi.audit import service as audit
from enishi.kit import clock, db, ids
from enishi.kit.errors import ConflictError, NotFoundError
from enishi.kit.i18n import gettext_lazy
from enishi.kit.localised import DraftText
from enishi.programmes.schemas import OfficeActor, SessionForm
from enishi.programmes.service import places
from enishi.programmes.tables import ApplicationState, ProgrammeSession


class FewerThanTakenError(ConflictError):
    message = gettext_lazy("すでに決まった人数より少ない定員にはできません。")


class FewerThanWaitingError(ConflictError):
    message = gettext_lazy("すでに待っている組の数より少なくはできません。")


class FewerThanWaitingPartyError(ConflictError):
    message = gettext_lazy(
        "待っている組の人数より少ない定員にはできません。その組が入れなくなります。"
    )


class SessionFixedError(ConflictError):
    message = gettext_lazy(
        "申し込んだ方がいるため、日時と集合場所は変えられません。変える必要があるときは、この開催回を中止して、新しい開催回を加えてください。"
    )


class AllThereError(ConflictError):
    message = gettext_lazy("選んだ日には、どれもすでに同じ時刻の開催回があります。")


class OverError(ConflictError):
    message = gettext_lazy("もう終わった開催回は、中止にできません。")


async def add(actor: OfficeActor, programme_id: uuid.UUID, form: SessionForm) -> uuid.UUID:
    async with db.unit_of_work():
        await _touch_listing(actor, programme_id)
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
    """Add the sessions of a series, but none that would begin when another one of it begins."""
    async with db.unit_of_work():
        await _touch_listing(actor, programme_id)
        there = await db.fetch(
            """SELECT starts_at FROM programmes_session
            WHERE programme_id = $1 AND state = 'planned' AND starts_at = ANY($2)""",
            programme_id,
            [form.starts_at for form in forms],
        )
        taken = {row["starts_at"] for row in there}
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


async def edit(actor: OfficeActor, session_id: uuid.UUID, form: SessionForm) -> None:
    """Change a session before it begins; places that come free are offered to those who wait.

    Whoever has applied relied on date and place: once somebody has, these stay.
    Raises SessionFixedError, FewerThanTakenError, FewerThanWaitingError,
    FewerThanWaitingPartyError or ConflictError.
    """
    async with db.unit_of_work():
        before = await _lock_own(actor, session_id)
        _require_harmless(before, form)
        await _require_room_for_all(session_id, form.capacity)
        await _touch_listing(actor, before["programme_id"])
        await db.fetch(
            """UPDATE programmes_session SET starts_at = $2, ends_at = $3, opens_at = $4,
                closes_at = $5, meeting_place = $6, capacity = $7, waiting_limit = $8
            WHERE id = $1""",
            session_id,
            form.starts_at,
            form.ends_at,
            form.opens_at,
            form.closes_at,
            form.meeting_place.model_dump_json(),
            form.capacity,
            form.waiting_limit,
        )
        await places.offer(session_id)
        await audit.record(
            "programmes.session.edited",
            actor_id=actor.account_id,
            organisation_id=actor.organisation_id,
            subject=("session", session_id),
            capacity_was=before["capacity"],
            capacity=form.capacity,
        )


def _require_harmless(before: dict[str, Any], form: SessionForm) -> None:
    if before["state"] != "planned" or before["starts_at"] <= clock.now():
        raise ConflictError
    moved = (form.starts_at, form.ends_at) != (before["starts_at"], before["ends_at"])
    kept = DraftText.model_validate(db.document(before["meeting_place"]))
    replaced = form.meeting_place.model_dump() != kept.model_dump()
    if (moved or replaced) and (before["taken"] or before["waiting"]):
        raise SessionFixedError
    if form.capacity < before["taken"]:
        raise FewerThanTakenError
    # A limit of 0 takes nobody else; those who wait go on waiting.
    if 0 < form.waiting_limit < before["waiting"]:
        raise FewerThanWaitingError


async def _require_room_for_all(session_id: uuid.UUID, capacity: int) -> None:
    """A party that can never fit would keep everybody behind it waiting for ever."""
    largest = await db.value(
        """SELECT coalesce(max(party_size), 0) FROM programmes_application
        WHERE session_id = $1 AND state = 'waiting'""",
        session_id,
    )
    if capacity < largest:
        raise FewerThanWaitingPartyError


async def cancel(actor: OfficeActor, session_id: uuid.UUID, reason: str) -> int:
    """Call a session off: every live application ends, everybody is told why. Answers how many."""
    async with db.unit_of_work():
        session = await _lock_own(actor, session_id)
        if session["ends_at"] <= clock.now():
            raise OverError
        called_off = await db.fetch(
            """UPDATE programmes_session
            SET state = 'cancelled', cancelled_reason = $2, taken = 0, waiting = 0
            WHERE id = $1 AND state = 'planned' RETURNING id""",
            session_id,
            reason,
        )
        if not called_off:
            raise ConflictError
        await _touch_listing(actor, session["programme_id"])
        ended = await db.fetch(
            """UPDATE programmes_application
            SET state = 'cancelled_by_host', offer_until = NULL, ended_at = $2
            WHERE session_id = $1 AND state IN
                ('held', 'waiting', 'offered', 'confirmed', 'attended', 'absent')
            RETURNING id""",
            session_id,
            clock.now(),
        )
        await places.note(
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


async def _lock_own(actor: OfficeActor, session_id: uuid.UUID) -> dict[str, Any]:
    session = await places.lock(session_id)
    if session["organisation_id"] != actor.organisation_id:
        raise NotFoundError
    return session


async def _touch_listing(actor: OfficeActor, programme_id: uuid.UUID) -> None:
    """A listing changes with its dates: calendars and feeds tell by it that there is news.

    Holds its row to the end of the unit of work. Raises NotFoundError for another office's.
    """
    owned = await db.fetch(
        """UPDATE programmes_programme SET changed_at = $3
        WHERE id = $1 AND organisation_id = $2 RETURNING id""",
        programme_id,
        actor.organisation_id,
        clock.now(),
    )
    if not owned:
        raise NotFoundError


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
        created_at=clock.now(),
    )
