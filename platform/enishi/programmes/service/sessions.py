"""What an office does with the sessions of its programmes. One function is one unit of work."""

import uuid

from enishi.audit import service as audit
from enishi.kit import clock, db, ids
from enishi.kit.errors import ConflictError, NotFoundError
from enishi.kit.i18n import gettext_lazy
from enishi.kit.jobs import enqueue
from enishi.programmes.jobs import AttendanceConfirmed
from enishi.programmes.schemas import Clerk, SessionForm
from enishi.programmes.service import places
from enishi.programmes.tables import ApplicationState, ProgrammeSession


class FewerThanTakenError(ConflictError):
    message = gettext_lazy("すでに決まった人数より少ない定員にはできません。")


class NotStartedError(ConflictError):
    message = gettext_lazy("出欠は、開催が始まってから記録できます。")


async def add(clerk: Clerk, programme_id: uuid.UUID, form: SessionForm) -> uuid.UUID:
    async with db.unit_of_work():
        owned = await db.fetch(
            "SELECT FROM programmes_programme WHERE id = $1 AND organisation_id = $2",
            programme_id,
            clerk.organisation_id,
        )
        if not owned:
            raise NotFoundError
        session_id = ids.new_id()
        await ProgrammeSession(
            id=session_id,
            programme_id=programme_id,
            organisation_id=clerk.organisation_id,
            starts_at=form.starts_at,
            ends_at=form.ends_at,
            opens_at=form.opens_at,
            closes_at=form.closes_at,
            meeting_place=form.meeting_place.model_dump(),
            capacity=form.capacity,
            waiting_limit=form.waiting_limit,
            created_at=clock.now(),
        ).save()
        await audit.record(
            "programmes.session.added",
            actor_id=clerk.account_id,
            organisation_id=clerk.organisation_id,
            subject=("session", session_id),
            capacity=form.capacity,
        )
        return session_id


async def change_capacity(clerk: Clerk, session_id: uuid.UUID, capacity: int) -> None:
    """Grow or shrink a session; more places are offered to those who wait."""
    async with db.unit_of_work():
        await _lock_own(clerk, session_id)
        changed = await db.fetch(
            """UPDATE programmes_session SET capacity = $2
            WHERE id = $1 AND taken <= $2 AND state = 'planned' RETURNING old.capacity""",
            session_id,
            capacity,
        )
        if not changed:
            raise FewerThanTakenError
        await places.offer(session_id)
        await audit.record(
            "programmes.capacity.changed",
            actor_id=clerk.account_id,
            organisation_id=clerk.organisation_id,
            subject=("session", session_id),
            was=changed[0]["capacity"],
            now=capacity,
        )


async def cancel(clerk: Clerk, session_id: uuid.UUID, reason: str) -> int:
    """Call a session off: every live application ends, everybody is told why. Answers how many."""
    async with db.unit_of_work():
        await _lock_own(clerk, session_id)
        called_off = await db.fetch(
            """UPDATE programmes_session
            SET state = 'cancelled', cancelled_reason = $2, taken = 0, waiting = 0
            WHERE id = $1 AND state = 'planned' RETURNING id""",
            session_id,
            reason,
        )
        if not called_off:
            raise ConflictError
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
            actor_id=clerk.account_id,
            organisation_id=clerk.organisation_id,
            subject=("session", session_id),
            told=len(ended),
        )
        return len(ended)


async def mark(clerk: Clerk, application_id: uuid.UUID, *, attended: bool) -> None:
    """Record who came. A mistake is corrected by marking again; places do not change."""
    state = ApplicationState.ATTENDED if attended else ApplicationState.ABSENT
    async with db.unit_of_work():
        marked = await db.fetch(
            """
            UPDATE programmes_application a SET state = $3
            FROM programmes_session s
            WHERE a.id = $1 AND a.organisation_id = $2 AND s.id = a.session_id
                AND s.state = 'planned' AND s.starts_at <= $4
                AND a.state IN ('confirmed', 'attended', 'absent') AND a.state <> $3
            RETURNING a.id
            """,
            application_id,
            clerk.organisation_id,
            state.value,
            clock.now(),
        )
        if not marked:
            raise await _why_not_marked(clerk, application_id)
        await places.note([application_id], state, actor_kind="host")
        if attended:
            await enqueue(AttendanceConfirmed(application_id=application_id))
        await audit.record(
            "programmes.attendance.marked",
            actor_id=clerk.account_id,
            organisation_id=clerk.organisation_id,
            subject=("application", application_id),
            attended=attended,
        )


async def _lock_own(clerk: Clerk, session_id: uuid.UUID) -> None:
    session = await places.lock(session_id)
    if session["organisation_id"] != clerk.organisation_id:
        raise NotFoundError


async def _why_not_marked(clerk: Clerk, application_id: uuid.UUID) -> ConflictError | NotFoundError:
    rows = await db.fetch(
        """
        SELECT s.starts_at > $3 AS too_early FROM programmes_application a
        JOIN programmes_session s ON s.id = a.session_id
        WHERE a.id = $1 AND a.organisation_id = $2
        """,
        application_id,
        clerk.organisation_id,
        clock.now(),
    )
    if not rows:
        return NotFoundError()
    return NotStartedError() if rows[0]["too_early"] else ConflictError()
